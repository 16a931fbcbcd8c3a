import type { FieldDescriptorProto } from '@bufbuild/protobuf/wkt';
import { FieldDescriptorProto_Type as Type } from '@bufbuild/protobuf/wkt';
import type { Contract, Fields } from './load-contract.js';
import { wellKnown } from './well-known.js';

/** What proto-loader decoded, as proto3 JSON: times, lengths and masks become text, what is not set is left out. */
export function writeJson(contract: Contract, type: string, message: Fields): Record<string, unknown> {
  const fields = contract.messages.get(type)?.field ?? [];
  const write = (field: FieldDescriptorProto, value: unknown): unknown => {
    if (field.type !== Type.MESSAGE) return value;
    const inner = contract.resolve(type, field.typeName);
    return wellKnown[inner]?.write(value as never) ?? writeJson(contract, inner, value as Fields);
  };
  const written = fields.flatMap((field) => {
    const value = message[field.name];
    if (value === undefined || value === null) return [];
    return [[field.name, Array.isArray(value) ? value.map((each) => write(field, each)) : write(field, value)]];
  });
  return Object.fromEntries(written);
}
