import { isFieldSet } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import type { Contract, Fields } from './load-contract.js';
import { camelCase, wellKnown } from './well-known.js';

/** What is wrong with a request, one sentence a field. Names fields and never quotes a value: it may be a password. */
export class NotThisMessage extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}

/** Makes of proto3 JSON what proto-loader encodes. Throws NotThisMessage with everything that does not fit the type. */
export function readJson(contract: Contract, type: string, json: unknown): Fields {
  const reader = new Reader(contract);
  const fields = reader.message(type, json, '');
  if (reader.problems.length > 0) throw new NotThisMessage(reader.problems);
  return fields;
}

class Reader {
  readonly problems: string[] = [];
  readonly #contract: Contract;

  constructor(contract: Contract) {
    this.#contract = contract;
  }

  message(type: string, json: unknown, at: string): Fields {
    const described = this.#contract.messages.get(type);
    if (!described || typeof json !== 'object' || json === null || Array.isArray(json)) {
      this.problems.push(at ? `${at} must be an object` : 'it is no object');
      return {};
    }
    const path = at && `${at}.`;
    const read: Fields = {};
    for (const [key, value] of Object.entries(json)) this.#field(type, described, key, value, path, read);
    this.#oneofs(described, read, path);
    return read;
  }

  #field(type: string, { field: fields }: DescriptorProto, key: string, value: unknown, path: string, read: Fields) {
    const field = fields.find(({ name }) => name === key || name === camelCase(key));
    if (!field) return void this.problems.push(`key ${JSON.stringify(path + key)} is unknown`);
    if (field.name in read) return void this.problems.push(`${path}${field.name} stands there twice`);
    // null is "not set".
    if (value === null) return;
    const at = path + field.name;
    read[field.name] =
      field.label === Label.REPEATED ? this.#list(type, field, value, at) : this.#one(type, field, value, at);
  }

  #list(type: string, field: FieldDescriptorProto, values: unknown, at: string): unknown[] {
    if (Array.isArray(values)) return values.map((value, index) => this.#one(type, field, value, `${at}[${index}]`));
    this.problems.push(`${at} must be a list`);
    return [];
  }

  #one(type: string, field: FieldDescriptorProto, value: unknown, at: string): unknown {
    const inner = field.typeName && this.#contract.resolve(type, field.typeName);
    const known = wellKnown[inner];
    if (known) return this.#check(typeof value === 'string' ? known.read(value) : undefined, known.expected, at);
    if (field.type === Type.MESSAGE) return this.message(inner, value, at);
    if (field.type === Type.ENUM) return this.#enum(inner, value, at);
    const scalar = scalars[field.type];
    if (!scalar) throw new Error(`${at}: fields of this type cannot be written in JSON yet`);
    return this.#check(scalar.read(value), scalar.expected, at);
  }

  #enum(type: string, value: unknown, at: string): unknown {
    const values = this.#contract.enums.get(type)?.value ?? [];
    const found = values.find(({ name, number }) => value === name || value === number);
    return this.#check(found?.name, `one of ${values.map(({ name }) => name).join(', ')}`, at);
  }

  #check(read: unknown, expected: string, at: string): unknown {
    if (read === undefined) this.problems.push(`${at} must be ${expected}`);
    return read;
  }

  #oneofs({ oneofDecl, field: fields }: DescriptorProto, read: Fields, path: string) {
    const choices = fields.filter((field) => isFieldSet(field, FieldDescriptorProtoSchema.field.oneofIndex));
    for (const index of oneofDecl.keys()) {
      const set = choices.filter(({ oneofIndex, name }) => oneofIndex === index && name in read);
      if (set.length > 1) this.problems.push(`only one of ${set.map(({ name }) => path + name).join(', ')} can be set`);
    }
  }
}

interface Scalar {
  readonly expected: string;
  readonly read: (value: unknown) => unknown;
}

const scalars: Partial<Record<Type, Scalar>> = {
  [Type.STRING]: { expected: 'a string', read: (value) => (typeof value === 'string' ? value : undefined) },
  [Type.BOOL]: { expected: 'true or false', read: (value) => (typeof value === 'boolean' ? value : undefined) },
  [Type.INT32]: { expected: 'a whole number of 32 bits', read: (value) => whole(value, 32)?.toString() },
  [Type.INT64]: { expected: 'a whole number of 64 bits', read: (value) => whole(value, 64)?.toString() },
};

// JSON's own numbers are exact up to 2^53; larger ones come as strings.
function whole(value: unknown, bits: number): bigint | undefined {
  const exact = typeof value === 'number' ? Number.isSafeInteger(value) : /^-?\d{1,19}$/.test(String(value));
  if (!exact || (typeof value !== 'number' && typeof value !== 'string')) return undefined;
  const number = BigInt(value);
  return BigInt.asIntN(bits, number) === number ? number : undefined;
}
