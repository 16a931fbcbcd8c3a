import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { type Server, type ServerDuplexStream, status } from '@grpc/grpc-js';
import {
  type ServerReflectionRequest,
  type ServerReflectionResponse,
  ServerReflectionService as V1,
} from '../../generated/grpc/reflection/v1/reflection.js';
import { ServerReflectionService as V1Alpha } from '../../generated/grpc/reflection/v1alpha/reflection.js';
import type { Descriptors } from './descriptors.js';
import type { LongStreams } from './long-streams.js';

type Stream = ServerDuplexStream<ServerReflectionRequest, ServerReflectionResponse>;
type Answer = NonNullable<ServerReflectionResponse['messageResponse']>;

/** Reflection, v1 and v1alpha: the descriptor set's files byte for byte, so that every client sees what buf compiled. */
export function addReflection(server: Server, { files }: Descriptors, { tracked }: LongStreams): void {
  const symbols = symbolTable([...files.values()].map(({ proto }) => proto));
  const services = [...files.values()].flatMap(({ proto }) =>
    proto.service.map(({ name }) => `${proto.package}.${name}`),
  );

  const closure = (name: string, seen = new Set<string>()): Set<string> => {
    if (!seen.has(name)) {
      seen.add(name);
      for (const imported of files.get(name)?.proto.dependency ?? []) closure(imported, seen);
    }
    return seen;
  };
  const fileAnswer = (name: string | undefined): Answer => {
    if (name === undefined || !files.has(name)) return notFound;
    const bytes = [...closure(name)].map((each) => Buffer.from(files.get(each)?.bytes ?? []));
    return { $case: 'fileDescriptorResponse', value: { fileDescriptorProto: bytes } };
  };
  const answer = ({ messageRequest }: ServerReflectionRequest): Answer => {
    switch (messageRequest?.$case) {
      case 'listServices':
        return { $case: 'listServicesResponse', value: { service: services.map((name) => ({ name })) } };
      case 'fileByFilename':
        return fileAnswer(messageRequest.value);
      case 'fileContainingSymbol':
        return fileAnswer(symbols.get(messageRequest.value));
      case 'allExtensionNumbersOfType':
        // Known types have none: an empty list. NOT_FOUND would keep some clients from printing error details.
        if (!symbols.has(messageRequest.value)) return notFound;
        return {
          $case: 'allExtensionNumbersResponse',
          value: { baseTypeName: messageRequest.value, extensionNumber: [] },
        };
      default:
        return notFound;
    }
  };
  const serverReflectionInfo = tracked((stream: Stream): void => {
    stream.on('data', (request: ServerReflectionRequest) => {
      const taken = stream.write({
        validHost: request.host,
        originalRequest: request,
        messageResponse: answer(request),
      });
      if (taken) return;
      // A client that asks and never reads must not fill our memory.
      stream.pause();
      stream.once('drain', () => stream.resume());
    });
    stream.on('end', () => stream.end());
  });
  server.addService(V1, { serverReflectionInfo });
  server.addService(V1Alpha, { serverReflectionInfo });
}

const notFound: Answer = { $case: 'errorResponse', value: { errorCode: status.NOT_FOUND, errorMessage: 'not found' } };

type Message = FileDescriptorProto['messageType'][number];

/** Every full name that a file defines, with the file. */
function symbolTable(protos: readonly FileDescriptorProto[]): Map<string, string> {
  const table = new Map<string, string>();
  for (const proto of protos) {
    const scope = proto.package === '' ? '' : `${proto.package}.`;
    const note = (name: string): void => void table.set(name, proto.name);
    for (const { name } of proto.enumType) note(scope + name);
    for (const service of proto.service) {
      note(scope + service.name);
      for (const { name } of service.method) note(`${scope}${service.name}.${name}`);
    }
    const messages = (prefix: string, list: readonly Message[]): void => {
      for (const message of list) {
        note(prefix + message.name);
        for (const { name } of message.enumType) note(`${prefix}${message.name}.${name}`);
        messages(`${prefix}${message.name}.`, message.nestedType);
      }
    };
    messages(scope, proto.messageType);
  }
  return table;
}
