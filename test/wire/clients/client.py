"""Calls Sallyport through the stubs that grpc_tools made: one question a line on standard input, one answer a line."""

import importlib
import json
import sys

import grpc
from google.protobuf import json_format, message_factory
from google.rpc import error_details_pb2  # so that details of these types unpack
from grpc_status import rpc_status

ADDRESS, STUBS, *CA = sys.argv[1:]
sys.path.insert(0, STUBS)


def open_channel():
    if not CA:
        return grpc.insecure_channel(ADDRESS)
    with open(CA[0], "rb") as file:
        credentials = grpc.ssl_channel_credentials(file.read())
    return grpc.secure_channel(ADDRESS, credentials, [("grpc.ssl_target_name_override", "localhost")])


def stubs_of(channel):
    stubs = {}
    for area, name in (("auth", "AuthService"), ("admin", "AdminService")):
        module = f"sallyport.{area}.v1.{area}_service"
        service = importlib.import_module(f"{module}_pb2").DESCRIPTOR.services_by_name[name]
        stub = getattr(importlib.import_module(f"{module}_pb2_grpc"), f"{name}Stub")(channel)
        stubs[service.full_name] = (service, stub)
    return stubs


def ask(stubs, question):
    service, stub = stubs[question["service"]]
    method = service.methods_by_name[question["method"]]
    request = json_format.ParseDict(question["request"], message_factory.GetMessageClass(method.input_type)())
    try:
        response = getattr(stub, method.name)(request, metadata=list(question["metadata"].items()), timeout=20)
    except grpc.RpcError as error:
        return refusal_of(error)
    return {"ok": True, "response": json_format.MessageToDict(response, always_print_fields_with_no_presence=True)}


def refusal_of(error):
    status = rpc_status.from_call(error)
    details = [json_format.MessageToDict(detail) for detail in status.details] if status else []
    return {"ok": False, "code": error.code().name, "message": error.details(), "details": details}


with open_channel() as channel:
    stubs = stubs_of(channel)
    for line in sys.stdin:
        print(json.dumps(ask(stubs, json.loads(line))), flush=True)
