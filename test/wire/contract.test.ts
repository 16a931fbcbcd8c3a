import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StartSignInRequest } from '../../generated/sallyport/auth/v1/auth_service.js';
import type { Sallyport as Client, SallyportError } from '../../src/client/index.js';
import { readContract } from '../support/contract.js';
import { requireTools } from '../support/foreign.js';
import { clientOf, firstAdministrator } from '../support/people.js';
import { type RawCall, rawCall } from '../support/raw-call.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';

const CONTRACT = readContract();
const AUTH = '/sallyport.auth.v1.AuthService';
const ADMIN = '/sallyport.admin.v1.AdminService';

let server: Sallyport;
let client: Client;
let session: string;
let admin: Client;

beforeAll(async () => {
  server = await startSallyport();
  client = clientOf(server);
  ({ session } = await firstAdministrator(server, client));
  admin = client.withSession(session);
});

afterAll(async () => {
  client?.close();
  await server?.stop();
});

const raw = (path: string, call: Partial<RawCall> = {}) => rawCall({ address: server.address, path, ...call });
const inSession = (): NonNullable<RawCall['metadata']> => ({ authorization: [`Bearer ${session}`] });

const fieldsOf = (call: Promise<unknown>): Promise<readonly string[]> =>
  call.then(
    () => ['served'],
    (error: SallyportError) =>
      error.reason === 'FIELDS_INVALID' ? error.violations.map(({ field }) => field) : [String(error.reason)],
  );

describe('methods', () => {
  test('that nobody knows are left to the runtime', async () => {
    expect(await raw(`${AUTH}/OpenSesame`)).toMatchObject({ code: 'UNIMPLEMENTED', reason: undefined });
    expect(await raw('/sallyport.auth.v2.AuthService/StartSignIn')).toMatchObject({ code: 'UNIMPLEMENTED' });
  });

  test('of the contract are served, all of them', async () => {
    const answers = await Promise.all(CONTRACT.map(async ({ name, path }) => ({ name, ...(await raw(path)) })));
    const missing = answers.filter(({ code }) => code === 'UNIMPLEMENTED').map(({ name }) => name);
    expect(missing).toEqual([]);
  });
});

describe('requests', () => {
  test.each([
    ['a length that leads out of the message', [0x0a, 0x7f, 0x61]],
    ['a varint without an end', [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['a wire type that there is not', [0x0f]],
    ['an end of a group that never began', [0x0a, 0x01, 0x61, 0x0c, 0x12, 0x01, 0x61]],
    ['a zero where a field should begin', [0x0a, 0x01, 0x61, 0x00, 0x12, 0x01, 0x61]],
    ['bytes that are no UTF-8', [0x0a, 0x02, 0xc3, 0x28]],
  ])('with %s are INVALID_ARGUMENT, and the server goes on', async (_, bytes) => {
    const answer = await raw(`${AUTH}/StartSignIn`, { bytes: Buffer.from(bytes) });
    expect(answer).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'FIELDS_INVALID', fields: [''] });
    expect(await client.auth.getServerTime({})).toMatchObject({ trusted: true });
  });

  test('with fields nobody knows are served as if they were not there', async () => {
    const unknown = Buffer.from([0xfa, 0x7f, 0x03, 0x61, 0x62, 0x63]);
    expect(await raw(`${AUTH}/ListSessions`, { bytes: unknown, metadata: inSession() })).toMatchObject({ code: 'OK' });
  });

  test('of more than 64 KiB are RESOURCE_EXHAUSTED by the runtime; just below they are looked at', async () => {
    const request = (length: number) =>
      StartSignInRequest.encode(
        StartSignInRequest.fromPartial({ username: 'a', password: 'x'.repeat(length) }),
      ).finish();
    const large = await raw(`${AUTH}/StartSignIn`, { bytes: request(64 * 1024) });
    expect(large).toMatchObject({ code: 'RESOURCE_EXHAUSTED', reason: undefined });
    const below = await raw(`${AUTH}/StartSignIn`, { bytes: request(63 * 1024) });
    expect(below).toMatchObject({ code: 'INVALID_ARGUMENT', fields: ['password'] });
  });

  test('with more than 8 KiB of metadata are refused; just below they are served', async () => {
    const noise = (length: number) => ({ ...inSession(), noise: ['x'.repeat(length)] });
    const large = await raw(`${AUTH}/ListSessions`, { metadata: noise(8 * 1024) });
    expect(large).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'FIELDS_INVALID', fields: ['metadata'] });
    expect(await raw(`${AUTH}/ListSessions`, { metadata: noise(7 * 1024) })).toMatchObject({ code: 'OK' });
  });

  test.each(CONTRACT.filter(({ required }) => required.length > 0).map((each) => [each.name, each] as const))(
    'to %s, when empty, are told every required field at once',
    async (_, { path, required }) => {
      const metadata = required.includes('sign_in_token') ? {} : inSession();
      const answer = await raw(path, { metadata });
      expect(answer).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'FIELDS_INVALID' });
      expect(answer.fields).toEqual(expect.arrayContaining([...required]));
    },
  );

  test('are told every violation at once', async () => {
    const enrollment = {
      label: 'x'.repeat(101),
      algorithm: 99 as never,
      digits: 7,
      periodSeconds: 45,
      enrollmentCode: 'no',
    };
    expect((await fieldsOf(admin.auth.beginEnrollment(enrollment))).toSorted()).toEqual([
      'algorithm',
      'digits',
      'enrollment_code',
      'label',
      'period_seconds',
    ]);
    const user = { username: '\u0007', displayName: 'x'.repeat(201), email: 'nobody', roleIds: ['NO ROLE'] };
    expect(await fieldsOf(admin.admin.createUser(user))).toHaveLength(4);
  });

  test('with enum numbers nobody knows are refused, naming the field', async () => {
    const unknown = 99 as never;
    const mask = (field: string) => ({ updateMask: [field] });
    expect(
      await Promise.all([
        fieldsOf(admin.auth.beginEnrollment({ algorithm: unknown })),
        fieldsOf(admin.admin.listUsers({ state: unknown })),
        fieldsOf(admin.admin.createComponent({ name: 'x', people: unknown })),
        fieldsOf(
          admin.admin.updateComponent({ componentId: 'shell', component: { people: unknown }, ...mask('people') }),
        ),
        fieldsOf(admin.admin.updateMfaPolicy({ policy: { mfaSwitch: unknown }, ...mask('mfa_switch') })),
        fieldsOf(admin.admin.updateMfaPolicy({ policy: { enrollmentProof: unknown }, ...mask('enrollment_proof') })),
        fieldsOf(admin.admin.listAuditEvents({ outcome: unknown })),
      ]),
    ).toEqual([
      ['algorithm'],
      ['state'],
      ['people'],
      ['component.people'],
      ['policy.mfa_switch'],
      ['policy.enrollment_proof'],
      ['outcome'],
    ]);
  });

  test('whose enum zero would have to mean yes are refused: unspecified is no choice', async () => {
    expect(await fieldsOf(admin.admin.createComponent({ name: 'x' }))).toEqual(['people']);
    expect(await fieldsOf(admin.admin.updateMfaPolicy({ policy: {}, updateMask: ['mfa_switch'] }))).toEqual([
      'policy.mfa_switch',
    ]);
  });

  test('with both a sign-in token and a session are one too many', async () => {
    const signInToken = 'ssi_any';
    expect(await fieldsOf(admin.auth.beginEnrollment({ signInToken }))).toEqual(['sign_in_token']);
    expect(await fieldsOf(admin.auth.confirmEnrollment({ signInToken, code: '123456' }))).toEqual(['sign_in_token']);
    const change = { signInToken, currentPassword: 'a', newPassword: 'b' };
    expect(await fieldsOf(admin.auth.changePassword(change))).toEqual(['sign_in_token']);
  });
});

describe('answers', () => {
  test('carry the request id, whether yes or no, and the log has the refused one', async () => {
    const yes = await raw(`${AUTH}/GetServerTime`);
    const no = await raw(`${ADMIN}/ListUsers`);
    const ids = [yes, no].flatMap(({ trailer }) => trailer.get('sallyport-request-id'));
    expect(ids).toEqual([expect.stringMatching(/^[0-9a-z]{26}$/), expect.stringMatching(/^[0-9a-z]{26}$/)]);
    expect(server.output()).toContain(`"requestId":"${String(ids[1])}"`);
  });
});

describe('clients nobody here wrote', () => {
  const plaintext = ['-plaintext'];
  const grpcurl = (...args: string[]): string =>
    execFileSync('grpcurl', [...plaintext, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const here = requireTools('grpcurl');

  test.each(['grpc-v1', 'grpc-v1alpha'])('buf curl lists every method through reflection %s', (version) => {
    const how = `--protocol grpc --http2-prior-knowledge --reflect-protocol ${version}`.split(' ');
    const args = ['curl', ...how, '--list-methods', `http://${server.address}`];
    const listed = execFileSync('node_modules/.bin/buf', args, { encoding: 'utf8' });
    const ours = listed.split('\n').filter((line) => line.startsWith('sallyport.'));
    expect(ours.sort()).toEqual(CONTRACT.map(({ path }) => path.slice(1)).sort());
  });

  test.runIf(here)('grpcurl lists the services', () => {
    expect(grpcurl(server.address, 'list').trim().split('\n').sort()).toEqual([
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
      'grpc.reflection.v1alpha.ServerReflection',
      'sallyport.admin.v1.AdminService',
      'sallyport.auth.v1.AuthService',
    ]);
  });

  test.runIf(here)('grpcurl describes services, messages and error details, with their comments', () => {
    const service = grpcurl(server.address, 'describe', 'sallyport.auth.v1.AuthService');
    expect(service).toContain('// Looks at name and password and says what comes next.');
    expect(service).toContain('rpc StartSignIn ( .sallyport.auth.v1.StartSignInRequest )');
    const request = grpcurl(server.address, 'describe', 'sallyport.auth.v1.StartSignInRequest');
    expect(request).toContain('string password = 2 [debug_redact = true];');
    expect(grpcurl(server.address, 'describe', 'google.rpc.ErrorInfo')).toContain('string reason = 1');
  });

  test.runIf(here)('grpcurl asks for health, of the whole and of each service', () => {
    for (const service of ['', 'sallyport.auth.v1.AuthService', 'sallyport.admin.v1.AdminService']) {
      const answer = grpcurl('-d', JSON.stringify({ service }), server.address, 'grpc.health.v1.Health/Check');
      expect(JSON.parse(answer)).toEqual({ status: 'SERVING' });
    }
  });
});

test('reflection ends by a setting; what is served stays served', async () => {
  const silent = await startSallyport({ env: { SALLYPORT_REFLECTION: 'false' } });
  const ask = (path: string) => rawCall({ address: silent.address, path });
  expect(await ask('/grpc.reflection.v1.ServerReflection/ServerReflectionInfo')).toMatchObject({
    code: 'UNIMPLEMENTED',
  });
  expect(await ask('/grpc.health.v1.Health/Check')).toMatchObject({ code: 'OK' });
  expect(await ask(`${AUTH}/GetServerTime`)).toMatchObject({ code: 'OK' });
  await silent.stop();
});
