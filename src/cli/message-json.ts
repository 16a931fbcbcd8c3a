import { readFileSync } from 'node:fs';
import { createFileRegistry, type FileRegistry, fromBinary, type JsonObject, toJson } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

let loaded: FileRegistry | undefined;

/** The contract by descriptor: every type and service there is. */
export function contract(): FileRegistry {
  const bytes = () => readFileSync(new URL('../../generated/descriptors.binpb', import.meta.url));
  loaded ??= createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes()));
  return loaded;
}

/** Anything that turns messages of one type into bytes. */
export interface Codec<Message> {
  encode(message: Message): { finish(): Uint8Array };
}

/** A message as proto3 JSON, with empty and zero fields written out, so that scripts find every field. */
export function messageJson<Message>(type: string, codec: Codec<Message>, message: Message): JsonObject {
  const schema = contract().getMessage(type);
  if (!schema) throw new Error(`the contract has no ${type}`);
  const read = fromBinary(schema, codec.encode(message).finish());
  return toJson(schema, read, { alwaysEmitImplicit: true }) as JsonObject;
}
