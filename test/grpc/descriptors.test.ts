import { readFileSync } from 'node:fs';
import { FieldDescriptorProto_Type } from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { descriptors } from './door.js';

test('the files put together again are the set as buf wrote it, byte for byte', () => {
  const whole = readFileSync('generated/descriptors.binpb');
  const length = [...descriptors.files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  expect(length).toBeGreaterThan(whole.length * 0.98);
  for (const { bytes } of descriptors.files.values()) expect(whole.includes(Buffer.from(bytes))).toBe(true);
});

const SECRET = /(password|secret|_token|\.code|otpauth_uri|qr_svg|component_key|enrollment_code|recovery_codes)$/;
// The audit trail's codes name what happened; a page token opens nothing.
const HARMLESS = /(AuditEvent\.code|OwnEvent\.code|page_token)$/;

test('every text whose name says that it is secret is marked so, and nothing that names a row, a time or a user', () => {
  const texts = [...descriptors.files.values()]
    .filter(({ proto }) => proto.package.startsWith('sallyport.'))
    .flatMap(({ proto }) =>
      proto.messageType.flatMap(({ name, field }) =>
        field
          .filter(({ type }) => type === FieldDescriptorProto_Type.STRING)
          .map((each) => `${proto.package}.${name}.${each.name}`),
      ),
    );
  const named = texts.filter((name) => SECRET.test(name) && !HARMLESS.test(name));
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((name) => !descriptors.secretFields.has(name))).toEqual([]);
  for (const name of descriptors.secretFields) expect(name).not.toMatch(/(_id|_time|username)$/);
});
