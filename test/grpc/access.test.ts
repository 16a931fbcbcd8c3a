import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ACCESS, assertComplete } from '../../src/grpc/access.js';
import { LOCKED_METHODS } from '../../src/grpc/interceptors/lockout.js';
import { descriptors } from './door.js';

const paths = descriptors.methods.map(({ path }) => path);
const AUTH = '/sallyport.auth.v1.AuthService/';
const ADMIN = '/sallyport.admin.v1.AdminService/';

/** Every method with the permission that its comment in the proto asks for. */
function permissionsInProto(): Map<string, string> {
  const text = readFileSync(new URL('../../proto/sallyport/admin/v1/admin_service.proto', import.meta.url), 'utf8');
  const blocks = text.matchAll(/((?:^ {2}\/\/.*\n)+) {2}rpc (\w+)\(/gm);
  return new Map(
    [...blocks].map(([, comment, name]) => [name ?? '', /Asks for `([\w.-]+)`/.exec(comment ?? '')?.[1] ?? '']),
  );
}

describe('the access table', () => {
  test('has an entry for every method of the contract, and no other', () => {
    expect([...ACCESS.keys()].sort()).toEqual([...paths].sort());
    expect(() => assertComplete(paths)).not.toThrow();
  });

  test('does not start with a method that it does not know', () => {
    expect(() => assertComplete([...paths, `${ADMIN}OpenEverything`])).toThrow('OpenEverything');
  });

  test('does not start with an entry for a method that is gone', () => {
    expect(() => assertComplete(paths.slice(1))).toThrow(paths[0]);
  });

  test('asks for the permission that the comment of each administrative method names', () => {
    const told = permissionsInProto();
    const asked = paths
      .filter((path) => path.startsWith(ADMIN))
      .map((path) => [path.slice(ADMIN.length), ACCESS.get(path)] as const)
      .map(([name, access]) => [name, access?.needs === 'permission' ? access.permission : 'none']);
    expect(asked.length).toBeGreaterThan(40);
    for (const [name, permission] of asked) expect([name, permission]).toEqual([name, told.get(name ?? '')]);
  });

  test('lets service accounts and other components into ListAuditEvents alone', () => {
    const exceptions = [...ACCESS].filter(
      ([, access]) => access.needs === 'permission' && (access.anyComponent || access.serviceAccounts),
    );
    expect(exceptions.map(([path]) => path)).toEqual([`${ADMIN}ListAuditEvents`]);
  });

  test('lets service accounts do in a session of their own what takes no proof of a person', () => {
    const open = [...ACCESS].filter(([, access]) => access.needs === 'session' && access.serviceAccounts);
    expect(open.map(([path]) => path).sort()).toEqual(
      ['EndSession', 'ListOwnEvents', 'ListSessions'].map((name) => AUTH + name),
    );
  });

  test('opens GetServerTime alone to whoever proves nothing', () => {
    expect([...ACCESS].filter(([, { needs }]) => needs === 'nothing').map(([path]) => path)).toEqual([
      `${AUTH}GetServerTime`,
    ]);
  });

  test('asks for the right proof at every door of people, by hand', () => {
    const needs = (name: string) => ACCESS.get(AUTH + name)?.needs;
    for (const name of ['StartSignIn', 'VerifyOtp', 'UseRecoveryCode', 'ValidateSession', 'SignInServiceAccount'])
      expect([name, needs(name)]).toEqual([name, 'component']);
    for (const name of ['BeginEnrollment', 'ConfirmEnrollment', 'ChangePassword', 'ResyncFactor'])
      expect([name, needs(name)]).toEqual([name, 'sign-in-or-session']);
    for (const name of ['Reauthenticate', 'EndSession', 'ListSessions', 'RemoveFactor', 'RegenerateRecoveryCodes'])
      expect([name, needs(name)]).toEqual([name, 'session']);
  });
});

test('the early no looks before every method that takes a proof a ladder counts', () => {
  expect([...LOCKED_METHODS].sort()).toEqual(
    [
      'ChangePassword',
      'Reauthenticate',
      'ResyncFactor',
      'SignInServiceAccount',
      'StartSignIn',
      'UseRecoveryCode',
      'VerifyOtp',
    ].map((name) => AUTH + name),
  );
});
