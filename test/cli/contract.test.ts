import { readFileSync } from 'node:fs';
import {
  createFileRegistry,
  type DescField,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonObject,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { describe, expect, test } from 'vitest';
import { type Contract, type Fields, loadContract } from '../../src/cli/contract/load-contract.js';
import { readJson } from '../../src/cli/contract/read-json.js';
import { writeJson } from '../../src/cli/contract/write-json.js';

// The other implementation of protobuf's JSON, over what buf compiled.
const bytes = readFileSync('generated/descriptors.binpb');
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes));
const schemaOf = (type: string): DescMessage => {
  const schema = registry.getMessage(type);
  if (!schema) throw new Error(`no ${type}`);
  return schema;
};

const short = loadContract({ defaults: false });
const whole = loadContract({ defaults: true });

const texts: Record<string, string> = {
  'google.protobuf.Timestamp': '2031-02-03T04:05:06.070Z',
  'google.protobuf.Duration': '90.500s',
  'google.protobuf.FieldMask': 'displayName,user.disabled',
};

/** One value for each field, and in each choice the last. */
function sample(type: DescMessage, depth = 0): JsonObject {
  const fields = type.fields.filter((field) => !field.oneof || field.oneof.fields.at(-1) === field);
  return Object.fromEntries(fields.map((field) => [field.jsonName, depth > 4 ? null : exampleOf(field, depth)]));
}

function exampleOf(field: DescField, depth: number) {
  const one = () => {
    if (field.message) return texts[field.message.typeName] ?? sample(field.message, depth + 1);
    if (field.enum) return field.enum.values.at(-1)?.name ?? '';
    const { scalar } = field as { scalar: number };
    return ({ 3: '9007199254740993', 5: -7, 8: true, 9: 'ü "1"' } as Record<number, string | number | boolean>)[scalar];
  };
  const value = one();
  if (value === undefined) throw new Error(`${field.jsonName} is of a type that this test does not know`);
  return field.fieldKind === 'list' ? [value, one() ?? value] : value;
}

test('the contract has every method of ours that buf compiled', () => {
  const services = [...registry].filter(({ typeName }) => typeName.startsWith('sallyport.'));
  const compiled = services.flatMap((type) => (type.kind === 'service' ? type.methods : []));
  const names = compiled.map((method) => `${method.parent.typeName}/${method.name}`);
  expect(names.length).toBeGreaterThan(50);
  expect(short.methods.map(({ fullName }) => fullName).sort()).toEqual(names.sort());
});

describe.each(short.methods.map(({ fullName, input, output }, index) => ({ fullName, input, output, index })))(
  '$fullName',
  ({ input, output, index }) => {
    test('its request is read as protobuf reads it', () => {
      const json = sample(schemaOf(input));
      const sent = short.methods[index]?.requestSerialize(readJson(short, input, json)) ?? new Uint8Array();
      expect(fromBinary(schemaOf(input), sent)).toEqual(fromJson(schemaOf(input), json));
    });

    test('its answer is written as protobuf writes it', () => {
      const message = toBinary(schemaOf(output), fromJson(schemaOf(output), sample(schemaOf(output))));
      const write = (contract: Contract, bytes: Uint8Array): Fields =>
        writeJson(contract, output, contract.decode(output, bytes));
      const read = (bytes: Uint8Array) => fromBinary(schemaOf(output), bytes);
      expect(write(short, message)).toEqual(toJson(schemaOf(output), read(message)));
      const empty = new Uint8Array();
      expect(write(whole, empty)).toEqual(toJson(schemaOf(output), read(empty), { alwaysEmitImplicit: true }));
    });
  },
);

test.each([
  ['sallyport.auth.v1.StartSignInRequest', { usrname: 'a', passwort: 'b' }, 'key "usrname" is unknown; key "passwort"'],
  ['sallyport.auth.v1.StartSignInRequest', { clientContext: { adress: 'a' } }, 'key "clientContext.adress" is unknown'],
  ['sallyport.auth.v1.ReauthenticateRequest', { code: '1', password: '2' }, 'only one of code, password can be set'],
  ['sallyport.auth.v1.ValidateSessionRequest', { sessionToken: 'a', session_token: 'b' }, 'stands there twice'],
  ['sallyport.auth.v1.ValidateSessionRequest', { passive: 1 }, 'passive must be true or false'],
  ['sallyport.auth.v1.ListSessionsRequest', { pageSize: 2 ** 31 }, 'pageSize must be a whole number of 32 bits'],
  ['sallyport.auth.v1.ListSessionsRequest', { pageSize: 1.5 }, 'pageSize must be a whole number of 32 bits'],
  ['sallyport.admin.v1.CreateUserRequest', { roleIds: 'all' }, 'roleIds must be a list'],
  ['sallyport.admin.v1.CreateUserRequest', { roleIds: [1] }, 'roleIds[0] must be a string'],
  ['sallyport.admin.v1.UpdateUserRequest', { updateMask: { paths: ['a'] } }, 'updateMask must be field names'],
  ['sallyport.admin.v1.UpdateUserRequest', { user: [] }, 'user must be an object'],
  ['sallyport.admin.v1.ListAuditEventsRequest', { startTime: '2031-02-30T00:00:00Z' }, 'startTime must be a time'],
])('%s is not %j', (type, json, problem) => {
  expect(() => readJson(short, type, json)).toThrow(problem);
});

test('null sets nothing, and a whole number may be text', () => {
  expect(readJson(short, 'sallyport.auth.v1.StartSignInRequest', { password: null })).toEqual({});
  expect(readJson(short, 'sallyport.auth.v1.ListSessionsRequest', { pageSize: '7' })).toEqual({
    pageSize: '7',
  });
});
