// Calls Sallyport through the stubs that protoc-gen-go and protoc-gen-go-grpc made: one question a line on standard
// input, one answer a line.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"log"
	"os"
	"reflect"
	"strings"
	"time"
	"unicode"

	// So that details of these types decode.
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	adminv1 "sallyport.test/client/gen/sallyport/admin/v1"
	authv1 "sallyport.test/client/gen/sallyport/auth/v1"
)

type question struct {
	Service, Method string
	Request         json.RawMessage
	Metadata        map[string]string
}

type answer struct {
	OK       bool              `json:"ok"`
	Response json.RawMessage   `json:"response,omitempty"`
	Code     string            `json:"code,omitempty"`
	Message  string            `json:"message,omitempty"`
	Details  []json.RawMessage `json:"details,omitempty"`
}

func main() {
	conn, err := grpc.NewClient(os.Args[1], grpc.WithTransportCredentials(transport(os.Args[2:])))
	must(err)
	defer conn.Close()
	stubs := map[string]any{
		authv1.AuthService_ServiceDesc.ServiceName:   authv1.NewAuthServiceClient(conn),
		adminv1.AdminService_ServiceDesc.ServiceName: adminv1.NewAdminServiceClient(conn),
	}
	out := json.NewEncoder(os.Stdout)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var asked question
		must(json.Unmarshal(lines.Bytes(), &asked))
		must(out.Encode(ask(stubs[asked.Service], asked)))
	}
	must(lines.Err())
}

func transport(ca []string) credentials.TransportCredentials {
	if len(ca) == 0 {
		return insecure.NewCredentials()
	}
	tls, err := credentials.NewClientTLSFromFile(ca[0], "localhost")
	must(err)
	return tls
}

// The stub's method, found by its name; its second parameter says which message it takes.
func ask(stub any, asked question) answer {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	ctx = metadata.NewOutgoingContext(ctx, metadata.New(asked.Metadata))
	method := reflect.ValueOf(stub).MethodByName(asked.Method)
	request := reflect.New(method.Type().In(1).Elem())
	must(protojson.Unmarshal(asked.Request, request.Interface().(proto.Message)))
	results := method.Call([]reflect.Value{reflect.ValueOf(ctx), request})
	if err, failed := results[1].Interface().(error); failed {
		return refusal(status.Convert(err))
	}
	return answer{OK: true, Response: encode(results[0].Interface().(proto.Message))}
}

func refusal(refused *status.Status) answer {
	said := answer{Code: upperSnake(refused.Code()), Message: refused.Message()}
	for _, detail := range refused.Details() {
		message, decoded := detail.(proto.Message)
		if !decoded {
			log.Fatalf("a detail does not decode: %v", detail)
		}
		name, err := json.Marshal("type.googleapis.com/" + string(message.ProtoReflect().Descriptor().FullName()))
		must(err)
		body := strings.TrimPrefix(string(encode(message)), "{")
		said.Details = append(said.Details, json.RawMessage(`{"@type":`+string(name)+separator(body)+body))
	}
	return said
}

func separator(body string) string {
	if body == "}" {
		return ""
	}
	return ","
}

func encode(message proto.Message) json.RawMessage {
	bytes, err := protojson.MarshalOptions{EmitDefaultValues: true}.Marshal(message)
	must(err)
	return bytes
}

// `ResourceExhausted`, as Go writes it, to `RESOURCE_EXHAUSTED`.
func upperSnake(code codes.Code) string {
	var name strings.Builder
	for at, letter := range code.String() {
		if at > 0 && unicode.IsUpper(letter) {
			name.WriteByte('_')
		}
		name.WriteRune(unicode.ToUpper(letter))
	}
	return name.String()
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
