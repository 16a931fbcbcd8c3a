import { fileURLToPath } from 'node:url';
import { fromBinary } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import {
  loadSync,
  type MessageTypeDefinition,
  type MethodDefinition,
  type PackageDefinition,
} from '@grpc/proto-loader';

/** What a message is to proto-loader: fields in camelCase, 64-bit numbers as strings, enums by name. */
export type Fields = Record<string, unknown>;

/** A method that takes one request and gives one answer. */
export interface Method extends MethodDefinition<object, object> {
  /** `sallyport.auth.v1.AuthService/VerifyOtp`. */
  readonly fullName: string;
  /** The full names of its messages. */
  readonly input: string;
  readonly output: string;
}

/** The contract, as read from its `.proto` files. */
export interface Contract {
  readonly methods: readonly Method[];
  readonly messages: ReadonlyMap<string, DescriptorProto>;
  readonly enums: ReadonlyMap<string, EnumDescriptorProto>;
  /** Reads a message of the type with this full name. */
  readonly decode: (type: string, bytes: Uint8Array) => Fields;
  /** The full name that `name` has inside `scope`, as protobuf looks names up. */
  readonly resolve: (scope: string, name: string) => string;
}

const services = ['sallyport/auth/v1/auth_service.proto', 'sallyport/admin/v1/admin_service.proto'];

/** Reads the contract. `defaults` says whether what it decodes holds empty and zero fields too. */
export function loadContract({ defaults }: { defaults: boolean }): Contract {
  const includeDirs = [fileURLToPath(new URL('../../../proto', import.meta.url))];
  const loaded = loadSync(services, { includeDirs, longs: String, enums: String, defaults, arrays: defaults });
  const files = filesOf(loaded);
  const messages = byName(files, ({ messageType }) => messageType);
  const enums = byName(files, ({ enumType }) => enumType);
  const resolve = (scope: string, name: string): string => {
    if (name.startsWith('.')) return name.slice(1);
    const full = scope ? `${scope}.${name}` : name;
    return !scope || messages.has(full) || enums.has(full) ? full : resolve(outer(scope), name);
  };
  return {
    methods: methodsOf(files, loaded, resolve),
    messages,
    enums,
    decode: (type, bytes) => (loaded[type] as MessageTypeDefinition<object, Fields>).deserialize(Buffer.from(bytes)),
    resolve,
  };
}

// proto-loader writes the whole contract into each definition.
function filesOf(loaded: PackageDefinition): FileDescriptorProto[] {
  const message = Object.values(loaded).find((definition) => 'fileDescriptorProtos' in definition);
  const bytes = message ? (message as MessageTypeDefinition<object, object>).fileDescriptorProtos : [];
  return bytes.map((file) => fromBinary(FileDescriptorProtoSchema, file));
}

function byName<Item extends { name: string }>(
  files: readonly FileDescriptorProto[],
  items: (file: FileDescriptorProto) => readonly Item[],
): Map<string, Item> {
  return new Map(files.flatMap((file) => items(file).map((item) => [`${file.package}.${item.name}`, item] as const)));
}

function methodsOf(files: readonly FileDescriptorProto[], loaded: PackageDefinition, resolve: Contract['resolve']) {
  return files.flatMap((file) =>
    file.service.flatMap(({ name, method }) =>
      method.flatMap((described): Method[] => {
        const service = `${file.package}.${name}`;
        const definition = (loaded[service] as Record<string, MethodDefinition<object, object>>)[described.name];
        if (!definition || definition.requestStream || definition.responseStream) return [];
        const [input, output] = [described.inputType, described.outputType].map((type) => resolve(service, type));
        return [{ ...definition, fullName: definition.path.slice(1), input: input ?? '', output: output ?? '' }];
      }),
    ),
  );
}

const outer = (scope: string): string => scope.split('.').slice(0, -1).join('.');
