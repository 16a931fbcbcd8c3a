import { type Contract, loadContract } from './contract/load-contract.js';
import { writeJson } from './contract/write-json.js';

let loaded: Contract | undefined;

/** Anything that turns messages of one type into bytes. */
export interface Codec<Message> {
  encode(message: Message): { finish(): Uint8Array };
}

/** A message as proto3 JSON, with empty and zero fields written out, so that scripts find every field. */
export function messageJson<Message>(type: string, codec: Codec<Message>, message: Message): Record<string, unknown> {
  loaded ??= loadContract({ defaults: true });
  return writeJson(loaded, type, loaded.decode(type, codec.encode(message).finish()));
}
