import { readFileSync } from 'node:fs';
import {
  createFileRegistry,
  type DescField,
  type DescMessage,
  type DescMethod,
  fromBinary,
  ScalarType,
  toBinary,
} from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync('generated/descriptors.binpb')));

const SERVICES = {
  AuthService: 'sallyport.auth.v1.AuthService',
  AdminService: 'sallyport.admin.v1.AdminService',
} as const;

/** Every method of ours, by `AuthService/StartSignIn`. */
export const METHODS: ReadonlyMap<string, DescMethod> = new Map(
  Object.entries(SERVICES).flatMap(([short, full]) =>
    (registry.getService(full)?.methods ?? []).map((method) => [`${short}/${method.name}`, method] as const),
  ),
);

export const pathOf = (method: DescMethod): string => `/${method.parent.typeName}/${method.name}`;

/** `StartSignInRequest.password`: a field by its message. */
export const fieldName = (field: DescField): string => `${field.parent.name}.${field.name}`;

const isSecret = (field: DescField): boolean => field.proto.options?.debugRedact === true;
const isText = (field: DescField): boolean =>
  (field.fieldKind === 'scalar' && field.scalar === ScalarType.STRING) ||
  (field.fieldKind === 'list' && field.listKind === 'scalar' && field.scalar === ScalarType.STRING);

/** Every secret field of the contract that a message of these can hold. */
export const secretFields = (): Set<string> =>
  new Set([...METHODS.values()].flatMap(({ input, output }) => [...secretsBelow(input), ...secretsBelow(output)]));

const secretsBelow = (message: DescMessage): string[] =>
  message.fields.flatMap((field) => [
    ...(isSecret(field) ? [fieldName(field)] : []),
    ...(field.message ? secretsBelow(field.message) : []),
  ]);

/** A request in which texts were put, with what they are. */
export interface Filled {
  readonly bytes: Uint8Array;
  readonly texts: readonly { readonly text: string; readonly secret: boolean }[];
}

/** All texts of a request at once, and each of them alone. A field inside a message is a text too. */
export function filledRequests(method: DescMethod, textFor: (field: DescField) => string): Filled[] {
  const paths = textPaths(method.input);
  if (paths.length === 0) return [];
  return [paths, ...paths.map((path) => [path])].map((wanted) => fill(method.input, wanted, textFor));
}

type Path = readonly DescField[];

const textPaths = (message: DescMessage, above: Path = []): Path[] =>
  message.fields.flatMap((field) => {
    if (isText(field)) return [[...above, field]];
    return field.fieldKind === 'message' && above.length < 3 ? textPaths(field.message, [...above, field]) : [];
  });

function fill(type: DescMessage, paths: readonly Path[], textFor: (field: DescField) => string): Filled {
  const message = reflect(type);
  const texts = paths.flatMap((path) => {
    const field = path.at(-1);
    if (!field) return [];
    const text = textFor(field);
    put(message, path, text);
    return [{ text, secret: isSecret(field) }];
  });
  return { bytes: toBinary(type, message.message), texts };
}

function put(message: ReflectMessage, [field, ...rest]: Path, text: string): void {
  if (!field) return;
  if (field.fieldKind === 'message') {
    const inner = message.isSet(field) ? message.get(field) : reflect(field.message);
    put(inner, rest, text);
    message.set(field, inner);
  } else if (field.fieldKind === 'list') message.get(field).add(text);
  else if (field.fieldKind === 'scalar') message.set(field, text);
}

/** Every secret that stands in a message's bytes, with the field it stands in. */
export const secretsIn = (type: DescMessage, bytes: Uint8Array): [field: string, secret: string][] =>
  secretsOf(reflect(type, fromBinary(type, bytes)));

function secretsOf(message: ReflectMessage): [string, string][] {
  return message.fields
    .filter((field) => message.isSet(field))
    .flatMap((field): [string, string][] => {
      if (field.fieldKind === 'message') return secretsOf(message.get(field));
      if (field.fieldKind === 'list' && field.listKind === 'message')
        return [...message.get(field)].flatMap((inner) => secretsOf(inner as ReflectMessage));
      if (!isSecret(field)) return [];
      const values = field.fieldKind === 'list' ? [...message.get(field)] : [message.get(field)];
      return values.map((value) => [fieldName(field), String(value)]);
    });
}
