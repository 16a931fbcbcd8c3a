import { readFileSync } from 'node:fs';
import { createFileRegistry, type DescMessage, fromBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

export interface ContractMethod {
  /** `/sallyport.auth.v1.AuthService/StartSignIn`. */
  readonly path: string;
  /** `auth/StartSignIn`. */
  readonly name: string;
  /** Fields of the request whose comment begins with `Required.`. */
  readonly required: readonly string[];
  /** The request's own fields. */
  readonly requestFields: readonly string[];
  /** Every field name that an answer can hold, at whatever depth. */
  readonly answerFields: ReadonlySet<string>;
}

/** Every method of ours, read from the served descriptor set by a library that the server's reading does not share. */
export function readContract(): readonly ContractMethod[] {
  const set = fromBinary(FileDescriptorSetSchema, readFileSync('generated/descriptors.binpb'));
  const registry = createFileRegistry(set);
  const required = new Map(set.file.flatMap(requiredIn));
  return set.file
    .filter((file) => file.package.startsWith('sallyport.'))
    .flatMap((file) => file.service.map(({ name }) => registry.getService(`${file.package}.${name}`)))
    .flatMap((service) => service?.methods ?? [])
    .map((method) => ({
      path: `/${method.parent.typeName}/${method.name}`,
      name: `${method.parent.typeName.split('.')[1]}/${method.name}`,
      required: required.get(method.input.typeName) ?? [],
      requestFields: method.input.fields.map(({ name }) => name),
      answerFields: fieldsIn(method.output),
    }));
}

function fieldsIn(message: DescMessage, seen = new Set<string>(), names = new Set<string>()): Set<string> {
  if (seen.has(message.typeName)) return names;
  seen.add(message.typeName);
  for (const field of message.fields) {
    names.add(field.name);
    if (field.message) fieldsIn(field.message, seen, names);
  }
  return names;
}

// A location's path is 4 (messages), the message, 2 (fields), the field.
const requiredIn = (file: FileDescriptorProto): [string, string[]][] =>
  file.messageType.map((message, at) => [
    `${file.package}.${message.name}`,
    (file.sourceCodeInfo?.location ?? [])
      .filter(({ path, leadingComments }) => {
        const [four, which, two, ...field] = path;
        return (
          four === 4 && which === at && two === 2 && field.length === 1 && leadingComments.startsWith(' Required.')
        );
      })
      .map(({ path }) => message.field[path[3] ?? 0]?.name ?? ''),
  ]);
