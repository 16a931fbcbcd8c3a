import { readFileSync } from 'node:fs';
import { fromBinary } from '@bufbuild/protobuf';
import { type DescriptorProto, type FileDescriptorProto, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/** One method of ours. */
export interface MethodFacts {
  /** `/sallyport.auth.v1.AuthService/VerifyOtp`. */
  readonly path: string;
  readonly input: string;
  readonly output: string;
}

/** What the contract says of itself: the one source for reflection, redaction and the access table's completeness. */
export interface Descriptors {
  /** Each file's bytes as buf wrote them, by name; never encoded again. */
  readonly files: ReadonlyMap<string, { readonly bytes: Uint8Array; readonly proto: FileDescriptorProto }>;
  readonly methods: readonly MethodFacts[];
  /** `message.full.Name` + `.` + field name of every field marked `debug_redact`. */
  readonly secretFields: ReadonlySet<string>;
}

/** Reads the descriptor set that `npm run generate` writes. */
export function readDescriptors(path = new URL('../../generated/descriptors.binpb', import.meta.url)): Descriptors {
  const bytes = readFileSync(path);
  const set = fromBinary(FileDescriptorSetSchema, bytes);
  const parts = filesOf(bytes);
  const files = new Map(
    set.file.map((proto, index) => [proto.name, { proto, bytes: parts[index] ?? new Uint8Array() }]),
  );
  const ours = set.file.filter((file) => file.package.startsWith('sallyport.'));
  return {
    files,
    methods: ours.flatMap(methodsOf),
    secretFields: new Set(
      ours.flatMap((file) => file.messageType.flatMap((message) => secretsOf(file.package, message))),
    ),
  };
}

const methodsOf = (file: FileDescriptorProto): MethodFacts[] =>
  file.service.flatMap((service) =>
    service.method.map(({ name, inputType, outputType }) => ({
      path: `/${file.package}.${service.name}/${name}`,
      input: inputType.slice(1),
      output: outputType.slice(1),
    })),
  );

const secretsOf = (scope: string, message: DescriptorProto): string[] => {
  const name = `${scope}.${message.name}`;
  const own = message.field
    .filter((field) => field.options?.debugRedact === true)
    .map((field) => `${name}.${field.name}`);
  return [...own, ...message.nestedType.flatMap((nested) => secretsOf(name, nested))];
};

// A FileDescriptorSet is nothing but `repeated FileDescriptorProto file = 1`: tag 0x0a, length, bytes.
function filesOf(set: Uint8Array): Uint8Array[] {
  const files: Uint8Array[] = [];
  for (let at = 0; at < set.length; ) {
    const { value: length, next } = varint(set, at + 1);
    files.push(set.subarray(next, next + length));
    at = next + length;
  }
  return files;
}

function varint(bytes: Uint8Array, from: number): { value: number; next: number } {
  let value = 0;
  let at = from;
  for (let shift = 0; ; shift += 7, at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: at + 1 };
  }
}
