import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PeopleAccess } from '../../generated/sallyport/admin/v1/component.js';
import { MfaSwitch } from '../../generated/sallyport/admin/v1/mfa_policy.js';
import { UserKind } from '../../generated/sallyport/auth/v1/session.js';
import { Reason } from '../../generated/sallyport/errors/v1/errors.js';
import { type Sallyport as Client, connect, type SallyportError } from '../../src/client/index.js';
import { type FreshDatabase, freshDatabase, mariadbIsHere } from '../support/mariadb.js';
import { clientOf, codeFor, firstAdministrator, firstSignIn, PASSWORD } from '../support/people.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';

/** Every reason there is is produced here over the wire, each in the shortest way. */
const MINUTE = 60_000;
const seen = new Set<string>();

/** The call is refused so; what else its error must say. */
async function refused(call: Promise<unknown>, reason: string, status: string, more: object = {}): Promise<void> {
  const error = await call.then(
    () => ({ reason: 'served' }),
    (thrown: SallyportError) => thrown,
  );
  expect(error).toMatchObject({ reason, status, requestId: expect.stringMatching(/^[0-9a-z]{26}$/), ...more });
  seen.add(reason);
}

let server: Sallyport;
let client: Client;
let secret: string;
let admin: Client;
let session: string;
const open: Client[] = [];

const asComponent = async (componentId: string): Promise<Client> => {
  const { componentKey } = await admin.admin.createComponentKey({ componentId });
  const component = connect({ address: server.address, componentKey });
  open.push(component);
  return component;
};

const newUser = async (username: string, ...roleIds: string[]) => {
  const { user, oneTimePassword } = await admin.admin.createUser({ username, roleIds });
  return { id: user?.userId ?? '', oneTimePassword };
};

const pass = (milliseconds: number): void => server.setClock(server.now() - Date.now() + milliseconds);
const pastOneStep = (): void => pass(30_000);

const stepOf = async (username: string, password = PASSWORD, by = client) => {
  const { step } = await by.auth.startSignIn({ username, password });
  return step?.step;
};

/** A token at the enrolment stage, through a new password. */
const atEnrollment = async (username: string, oneTimePassword: string): Promise<string> => {
  const due = await stepOf(username, oneTimePassword);
  if (due?.$case !== 'passwordChange') throw new Error(`expected a password change, got ${due?.$case}`);
  const { step } = await client.auth.changePassword({ signInToken: due.value.signInToken, newPassword: PASSWORD });
  if (step?.step?.$case !== 'enrollment') throw new Error(`expected enrolment, got ${step?.step?.$case}`);
  return step.step.value.signInToken;
};

const proveAgain = async (): Promise<void> => {
  pastOneStep();
  const code = codeFor(server, secret);
  const proved = await client.withSession(session).auth.reauthenticate({ proof: { $case: 'code', value: code } });
  session = proved.session?.sessionToken ?? '';
  admin = client.withSession(session);
};

const switchMfa = (mfaSwitch: MfaSwitch, by = admin) =>
  by.admin.updateMfaPolicy({ policy: { mfaSwitch }, updateMask: ['mfa_switch'] });

describe('as it runs', () => {
  // One place for one hash: whoever comes beside another one is too many.
  beforeAll(async () => {
    server = await startSallyport({ env: { SALLYPORT_HASH_QUEUE: '1' } });
    client = clientOf(server);
    ({ session, secret } = await firstAdministrator(server, client));
    admin = client.withSession(session);
  });

  afterAll(async () => {
    for (const each of [client, ...open]) each?.close();
    await server?.stop();
  });

  test('fields', async () => {
    const violations = [expect.objectContaining({ field: 'username' }), expect.objectContaining({ field: 'password' })];
    await refused(client.auth.startSignIn({}), 'FIELDS_INVALID', 'INVALID_ARGUMENT', { violations });
  });

  test('who calls', async () => {
    const made = connect({ address: server.address, componentKey: 'spk_made_up' });
    open.push(made);
    await refused(made.auth.listSessions({}), 'COMPONENT_REQUIRED', 'UNAUTHENTICATED');
    await refused(client.auth.listSessions({}), 'SESSION_REQUIRED', 'UNAUTHENTICATED');
    const asked = client.auth.validateSession({ sessionToken: `${session.slice(0, -1)}-` });
    await refused(asked, 'SESSION_INACTIVE', 'UNAUTHENTICATED');
  });

  test('proofs', async () => {
    await refused(stepOf('administrator', 'wrong'), 'INVALID_CREDENTIALS', 'UNAUTHENTICATED');
    const challenge = await stepOf('administrator');
    if (challenge?.$case !== 'challenge') throw new Error('expected a challenge');
    const wrong = { signInToken: challenge.value.signInToken, code: codeFor(server, secret, 40) };
    await refused(client.auth.verifyOtp(wrong), 'INVALID_CODE', 'UNAUTHENTICATED');
    const unknown = { signInToken: 'ssi_unknown', code: '123456' };
    await refused(client.auth.verifyOtp(unknown), 'SIGN_IN_EXPIRED', 'UNAUTHENTICATED');
  });

  test('waits', async () => {
    for (let failure = 1; failure <= 5; failure++) await stepOf('nobody', 'wrong').catch(() => undefined);
    const message = expect.stringContaining('60 s left');
    await refused(stepOf('nobody', 'wrong'), 'LOCKED_OUT', 'RESOURCE_EXHAUSTED', { retryAfter: MINUTE, message });
  });

  test('crowds', async () => {
    const crowd = ['ann', 'ben', 'cyd', 'dan', 'eli'].map((name) => stepOf(name, 'wrong').catch((error) => error));
    const late = (await Promise.all(crowd)).find(({ reason }) => reason === 'OVERLOADED');
    await refused(Promise.reject(late), 'OVERLOADED', 'RESOURCE_EXHAUSTED', { retryAfter: expect.any(Number) });
  });

  test('enrolment', async () => {
    const root = await newUser('second', 'backup-administrator');
    const signInToken = await atEnrollment('second', root.oneTimePassword);
    const begun = client.auth.beginEnrollment({ signInToken });
    await refused(begun, 'ENROLLMENT_CODE_INVALID', 'UNAUTHENTICATED');

    const eve = await newUser('eve', 'backup-viewer');
    const slow = await atEnrollment('eve', eve.oneTimePassword);
    const fast = await stepOf('eve');
    if (fast?.$case !== 'enrollment') throw new Error('expected enrolment');
    const shown = await client.auth.beginEnrollment({ signInToken: fast.value.signInToken });
    const code = codeFor(server, shown.secret);
    await client.auth.confirmEnrollment({ signInToken: fast.value.signInToken, code });
    await refused(client.auth.beginEnrollment({ signInToken: slow }), 'ENROLLMENT_TAKEN', 'UNAUTHENTICATED');
  });

  test('components', async () => {
    const shell = await asComponent('shell');
    const message = expect.stringContaining('shell');
    await refused(stepOf('eve', PASSWORD, shell), 'MFA_REQUIRED', 'FAILED_PRECONDITION', { message });
    const component = { people: PeopleAccess.PEOPLE_ACCESS_NEVER };
    await admin.admin.updateComponent({ componentId: 'shell', component, updateMask: ['people'] });
    await refused(stepOf('eve', PASSWORD, shell), 'COMPONENT_REFUSED', 'PERMISSION_DENIED');
    await asComponent('explorer');
    await asComponent('explorer');
    await refused(asComponent('explorer'), 'LIMIT_REACHED', 'FAILED_PRECONDITION', {
      metadata: { limit: 'component_keys' },
    });
  });

  test('administration', async () => {
    const held = admin.admin.deleteRole({ roleId: 'backup-viewer' });
    await refused(held, 'BUILT_IN', 'FAILED_PRECONDITION');
    await refused(admin.admin.createUser({ username: 'EVE' }), 'NAME_TAKEN', 'ALREADY_EXISTS');
    await refused(admin.admin.deleteUser({ userId: '0'.repeat(26) }), 'NOT_FOUND', 'NOT_FOUND');
    const own = await admin.auth.validateSession({ sessionToken: session });
    await refused(admin.admin.disableUser({ userId: own.userId }), 'NOT_ON_YOURSELF', 'FAILED_PRECONDITION');

    const { role } = await admin.admin.createRole({ name: 'Unlocker', permissions: ['users.unlock'] });
    const roleId = role?.roleId ?? '';
    const uma = await newUser('uma', roleId);
    await refused(admin.admin.deleteRole({ roleId }), 'ROLE_IN_USE', 'FAILED_PRECONDITION');
    pastOneStep();
    const unlocker = client.withSession((await firstSignIn(server, client, 'uma', uma.oneTimePassword)).session);
    const unlock = unlocker.admin.unlockUser({ userId: own.userId });
    await refused(unlock, 'TARGET_OUTRANKS', 'PERMISSION_DENIED');
    await refused(unlocker.admin.listUsers({}), 'PERMISSION_MISSING', 'PERMISSION_DENIED', {
      metadata: { permission: 'users.read' },
    });
  });

  test('devices', async () => {
    await proveAgain();
    const [phone] = (await admin.auth.listFactors({})).factors;
    const factorId = phone?.factorId ?? '';
    await refused(admin.auth.removeFactor({ factorId }), 'LAST_FACTOR', 'FAILED_PRECONDITION');
    // A recovery code would open the door in its place; the second administrator has no device yet.
    await admin.auth.regenerateRecoveryCodes({});
    await refused(admin.auth.suspendFactor({ factorId }), 'LAST_ADMINISTRATOR', 'FAILED_PRECONDITION');
  });

  test('programs', async () => {
    const gateway = await asComponent('rest-api');
    const own = await admin.auth.validateSession({ sessionToken: session });
    const { id: userId } = await newUser('nightly');
    const kind = UserKind.USER_KIND_SERVICE_ACCOUNT;
    await admin.admin.setServiceAccount({ userId, kind, reason: 'jobs', ownerUserId: own.userId });
    const secretFor = async (...networks: string[]) =>
      (await admin.admin.createServiceSecret({ userId, componentIds: ['rest-api'], networks })).secret;
    const signIn = (proof: string, username = 'nightly', by = gateway) =>
      by.auth.signInServiceAccount({ username, secret: proof });

    await refused(signIn(await secretFor('192.0.2.0/24')), 'NETWORK_REFUSED', 'PERMISSION_DENIED');
    const opened = await signIn(await secretFor('127.0.0.0/8'));
    const machine = gateway.withSession(opened.session?.sessionToken);
    await refused(machine.admin.listUsers({}), 'SERVICE_ACCOUNT_REFUSED', 'PERMISSION_DENIED');
    await refused(signIn(PASSWORD, 'eve', client), 'USE_START_SIGN_IN', 'FAILED_PRECONDITION');
  });

  test('the switch, and a proof that is too old', async () => {
    pass(11 * MINUTE);
    await refused(switchMfa(MfaSwitch.MFA_SWITCH_OFF), 'STEP_UP_REQUIRED', 'FAILED_PRECONDITION', {
      metadata: { max_age: '600', methods: 'totp,hotp' },
    });
    await proveAgain();
    await refused(admin.admin.createGroup({ name: 'Early' }), 'MFA_ENABLED', 'FAILED_PRECONDITION');
    await switchMfa(MfaSwitch.MFA_SWITCH_OFF);
    const { group } = await admin.admin.createGroup({ name: 'Domain Admins' });
    await refused(switchMfa(MfaSwitch.MFA_SWITCH_ON), 'GROUPS_PRESENT', 'FAILED_PRECONDITION', {
      preconditions: [expect.objectContaining({ description: expect.stringContaining('Domain Admins') })],
    });
    await admin.admin.deleteGroup({ groupId: group?.groupId ?? '' });

    const second = await stepOf('second');
    if (second?.$case !== 'session') throw new Error('expected a session');
    const withoutFactor = client.withSession(second.value.sessionToken);
    await refused(switchMfa(MfaSwitch.MFA_SWITCH_ON, withoutFactor), 'ENROLL_FIRST', 'FAILED_PRECONDITION');
  });
});

// A trigger lets the database answer what it would under real trouble, as often as it is asked.
describe.runIf(mariadbIsHere())('with a database in trouble', () => {
  let database: FreshDatabase;

  const sql = async (...statements: readonly string[]): Promise<void> => {
    const { pathname, searchParams } = new URL(database.url);
    const socketPath = searchParams.get('socket') ?? '';
    const connection = await createConnection({ socketPath, user: 'root', database: pathname.slice(1) });
    for (const statement of statements) await connection.query(statement);
    await connection.end();
  };
  const creatingARoleFails = (number: number): Promise<void> =>
    sql(
      'DROP TRIGGER IF EXISTS trouble',
      `CREATE TRIGGER trouble BEFORE INSERT ON roles FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = ${number}`,
    );

  beforeAll(async () => {
    database = await freshDatabase();
    server = await startSallyport({ database: database.url });
    client = clientOf(server);
    ({ session, secret } = await firstAdministrator(server, client));
    admin = client.withSession(session);
  });

  afterAll(async () => {
    client?.close();
    await server?.stop();
    await database?.drop();
  });

  const createRole = () => admin.admin.createRole({ name: 'Unlucky', permissions: ['users.read'] });

  test('every try ends in a deadlock', async () => {
    await creatingARoleFails(1213);
    await refused(createRole(), 'CONFLICT', 'ABORTED');
  });

  test('the disk is full', async () => {
    await creatingARoleFails(1114);
    await refused(createRole(), 'BACKEND_UNAVAILABLE', 'UNAVAILABLE', { retryAfter: expect.any(Number) });
  });

  test('a bug of ours: nothing of it is told, the log has it whole under the request id', async () => {
    await creatingARoleFails(1054);
    const error: SallyportError = await createRole().then(
      () => expect.unreachable(),
      (thrown) => thrown,
    );
    const told = { violations: [], metadata: {}, message: expect.not.stringContaining('1054') };
    await refused(Promise.reject(error), 'INTERNAL', 'INTERNAL', told);
    const logged = server.output().split('\n');
    expect(
      logged.filter((line) => line.includes(error.requestId ?? '?') && line.includes('"call failed"')),
    ).toHaveLength(1);
    await sql('DROP TRIGGER trouble');
    expect((await createRole()).role?.name).toBe('Unlucky');
  });
});

test.runIf(mariadbIsHere())('every reason was produced above, and no other is known', () => {
  const known = Object.keys(Reason).map((name) => name.replace('REASON_', ''));
  expect([...seen].sort()).toEqual(known.filter((name) => name !== 'UNSPECIFIED').sort());
});
