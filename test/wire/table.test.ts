import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MfaSwitch } from '../../generated/sallyport/admin/v1/mfa_policy.js';
import { UserKind } from '../../generated/sallyport/auth/v1/session.js';
import { type Sallyport as Client, connect, type SallyportError } from '../../src/client/index.js';
import { readContract } from '../support/contract.js';
import { clientOf, firstAdministrator, firstSignIn, PASSWORD } from '../support/people.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';

/**
 * Every method for every role and either kind of user through every component. An empty request (or one whose fields cannot be used)
 * changes nothing and still tells how far it came: refused at the door, or looked at.
 *
 * Both tables are written by hand from the words of the contract, not from the product's own table.
 */
const COLUMNS = {
  B: 'backup-administrator',
  S: 'security-administrator',
  U: 'all-unguarded',
  R: 'restore-operator',
  O: 'backup-operator',
  T: 'tape-operator',
  V: 'backup-viewer',
  I: 'incident-api-operator',
} as const;

// Through a component with the right of administration: + is looked at, - is PERMISSION_MISSING. Then what an empty
// request is answered.
const ADMINISTRATION = `
                              B S U R O T V I
  CreateUser                  + - - - - - - - FIELDS_INVALID
  GetUser                     + + + - - - - - FIELDS_INVALID
  ListUsers                   + + + - - - - - OK
  UpdateUser                  + - - - - - - - FIELDS_INVALID
  DeleteUser                  + - - - - - - - FIELDS_INVALID
  DisableUser                 + - - - - - - - FIELDS_INVALID
  EnableUser                  + - - - - - - - FIELDS_INVALID
  UnlockUser                  + - + - - - - - FIELDS_INVALID
  ResetPassword               + - - - - - - - FIELDS_INVALID
  ResetMfa                    + - - - - - - - FIELDS_INVALID
  CreateEnrollmentCode        + - - - - - - - FIELDS_INVALID
  ListRoles                   + + + - - - - - OK
  GetRole                     + + + - - - - - FIELDS_INVALID
  CreateRole                  + - - - - - - - FIELDS_INVALID
  UpdateRole                  + - - - - - - - FIELDS_INVALID
  DeleteRole                  + - - - - - - - FIELDS_INVALID
  AssignRole                  + - - - - - - - FIELDS_INVALID
  UnassignRole                + - - - - - - - FIELDS_INVALID
  CreateGroup                 + - - - - - - - FIELDS_INVALID
  GetGroup                    + + + - - - - - FIELDS_INVALID
  ListGroups                  + + + - - - - - OK
  DeleteGroup                 + - - - - - - - FIELDS_INVALID
  GetMfaPolicy                + + + - - - - - OK
  UpdateMfaPolicy             + - - - - - - - FIELDS_INVALID
  ListComponents              + + + - - - - - OK
  GetComponent                + + + - - - - - FIELDS_INVALID
  CreateComponent             + - - - - - - - FIELDS_INVALID
  UpdateComponent             + - - - - - - - FIELDS_INVALID
  DeleteComponent             + - - - - - - - FIELDS_INVALID
  CreateComponentKey          + - - - - - - - FIELDS_INVALID
  ListComponentKeys           + + + - - - - - FIELDS_INVALID
  RevokeComponentKey          + - - - - - - - FIELDS_INVALID
  ListSessions                + + + - - - - - OK
  RevokeSession               + - + - - - - - FIELDS_INVALID
  RevokeUserSessions          + - + - - - - - FIELDS_INVALID
  ListAuditEvents             + + + - - - - - OK
  SetServiceAccount           + - - - - - - - FIELDS_INVALID
  CreateServiceSecret         + - - - - - - - FIELDS_INVALID
  ListServiceSecrets          + + + - - - - - FIELDS_INVALID
  RevokeServiceSecret         + - - - - - - - FIELDS_INVALID
  ListUserFactors             + + + - - - - - FIELDS_INVALID
  SuspendUserFactor           + - - - - - - - FIELDS_INVALID
  ResumeUserFactor            + - - - - - - - FIELDS_INVALID
  RemoveUserFactor            + - - - - - - - FIELDS_INVALID
  ImportFactor                + - - - - - - - FIELDS_INVALID
  AcknowledgeAuditEvent       + - - - - - - - FIELDS_INVALID
`;

// Without a component; through any component without a session; in a session, for every role.
const AUTHENTICATION = `
                              without-component  without-session  in-a-session
  StartSignIn                 COMPONENT_REQUIRED FIELDS_INVALID   FIELDS_INVALID
  VerifyOtp                   COMPONENT_REQUIRED FIELDS_INVALID   FIELDS_INVALID
  UseRecoveryCode             COMPONENT_REQUIRED FIELDS_INVALID   FIELDS_INVALID
  RegenerateRecoveryCodes     COMPONENT_REQUIRED SESSION_REQUIRED ENROLL_FIRST
  ListOwnEvents               COMPONENT_REQUIRED SESSION_REQUIRED OK
  BeginEnrollment             COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  ConfirmEnrollment           COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  ChangePassword              COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  Reauthenticate              COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  ValidateSession             COMPONENT_REQUIRED FIELDS_INVALID   FIELDS_INVALID
  EndSession                  COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  ListSessions                COMPONENT_REQUIRED SESSION_REQUIRED OK
  GetServerTime               OK                 OK               OK
  SignInServiceAccount        COMPONENT_REQUIRED FIELDS_INVALID   FIELDS_INVALID
  ListFactors                 COMPONENT_REQUIRED SESSION_REQUIRED OK
  RenameFactor                COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  SuspendFactor               COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  RemoveFactor                COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  ResyncFactor                COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
`;

// An empty request to these would do something: this one has a field that cannot be used. EndSession{all: false},
// BeginEnrollment{digits: 7}.
const HARMLESS: Readonly<Record<string, readonly number[]>> = {
  'auth/EndSession': [0x10, 0x00],
  'auth/BeginEnrollment': [0x28, 0x07],
};

// People may come, while MFA applies and while it does not; service accounts may come; administration.
const COMPONENTS = `
  local                       yes         machines administration
  console                     yes         -        administration
  web-ui                      yes         -        administration
  explorer                    yes         -        -
  config-restore              yes         machines -
  console-upgrade             yes         machines -
  shell                       without-MFA machines -
  rest-api                    without-MFA machines -
  enterprise-manager          without-MFA machines -
  monitoring-agent            without-MFA machines -
  validator                   without-MFA machines -
  service-provider-console    without-MFA machines -
`;

// What a service account may do in a session of its own, besides listing audit events where a role allows that.
const MACHINES_MAY = ['EndSession', 'ListSessions', 'ListOwnEvents'];

const UNGUARDED =
  'users.read users.unlock roles.read groups.read components.read policy.read sessions.read sessions.revoke audit.read';

const rowsOf = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));

const components = rowsOf(COMPONENTS).map(([id = '', people, machines, right]) => ({
  id,
  people: people === 'yes',
  machines: machines === 'machines',
  administration: right === 'administration',
}));
const roles = Object.values(COLUMNS);

/** What the tables say of one method, one role and one component; a role `undefined` is nobody's session. */
function expected(name: string, role: string | undefined, administration: boolean): string {
  const [area, method] = name.split('/');
  if (area === 'auth') {
    const [, , withoutSession = '?', inSession = '?'] =
      rowsOf(AUTHENTICATION).find(([first]) => first === method) ?? [];
    return role === undefined ? withoutSession : inSession;
  }
  const [, ...cells] = rowsOf(ADMINISTRATION).find(([first]) => first === method) ?? [];
  if (role === undefined) return 'SESSION_REQUIRED';
  if (!administration && method !== 'ListAuditEvents') return 'COMPONENT_REFUSED';
  const cell = cells[roles.indexOf(role as (typeof roles)[number])];
  return cell === '+' ? (cells.at(-1) ?? '?') : cell === '-' ? 'PERMISSION_MISSING' : '?';
}

/** What the tables say where a service account with this role asks. */
function expectedOfMachine(name: string, role: string, administration: boolean): string {
  const [area, method = ''] = name.split('/');
  const ofPerson = expected(name, role, administration);
  if (method === 'ListAuditEvents') return ofPerson;
  if (area === 'admin') return 'SERVICE_ACCOUNT_REFUSED';
  const needsSession = expected(name, undefined, administration) === 'SESSION_REQUIRED';
  return needsSession && !MACHINES_MAY.includes(method) ? 'SERVICE_ACCOUNT_REFUSED' : ofPerson;
}

let server: Sallyport;
let admin: Client;
const clients = new Map<string, Client>();
const sessions = new Map<string, string>();
const machineSessions = new Map<string, string>();
const key = (role: string, component: string): string => `${role} through ${component}`;

const pass = (bytes: Buffer): Buffer => bytes;

async function answer(client: Client, method: { name: string; path: string }, session?: string): Promise<string> {
  const bytes = Buffer.from(HARMLESS[method.name] ?? []);
  const shape = { path: method.path, requestSerialize: pass, responseDeserialize: pass };
  return client.unary(shape, bytes, { session, deadlineMs: 30_000 }).then(
    () => 'OK',
    ({ reason, status }: SallyportError) => reason ?? status,
  );
}

async function signIn(component: string, username: string) {
  const { step } = await clientFor(component).auth.startSignIn({ username, password: PASSWORD });
  return step?.step;
}

const clientFor = (component: string): Client => {
  const client = clients.get(component);
  if (!client) throw new Error(`no client for ${component}`);
  return client;
};

// Multi-factor authentication is off at first, so that people may come through every component.
beforeAll(async () => {
  server = await startSallyport({ env: { SALLYPORT_LOCAL_OVER_TCP: 'false', SALLYPORT_LOG_LEVEL: 'warn' } });
  const local = connect({ address: server.socket });
  clients.set('local', local);
  const first = await firstAdministrator(server, local);
  admin = local.withSession(first.session);
  await admin.admin.updateMfaPolicy({ policy: { mfaSwitch: MfaSwitch.MFA_SWITCH_OFF }, updateMask: ['mfa_switch'] });
  for (const { id } of components.slice(1)) {
    const { componentKey } = await admin.admin.createComponentKey({ componentId: id });
    clients.set(id, connect({ address: server.address, componentKey }));
  }
  const { role } = await admin.admin.createRole({ name: 'All Unguarded', permissions: UNGUARDED.split(' ') });
  const owner = await admin.auth.validateSession({ sessionToken: first.session });
  for (const username of roles) {
    const roleIds = [username === 'all-unguarded' ? (role?.roleId ?? '') : username];
    const { oneTimePassword } = await admin.admin.createUser({ username, roleIds });
    await firstSignIn(server, local, username, oneTimePassword);
    for (const { id } of components) {
      const step = await signIn(id, username);
      if (step?.$case !== 'session') throw new Error(`${username} through ${id}: ${step?.$case}`);
      sessions.set(key(username, id), step.value.sessionToken);
    }
    await signInMachine(username, roleIds, owner.userId);
  }
}, 120_000);

/** A service account with the same role, signed in through every component that admits it. */
async function signInMachine(role: string, roleIds: string[], ownerUserId: string): Promise<void> {
  const username = `machine-${role}`;
  const { user } = await admin.admin.createUser({ username, roleIds });
  const userId = user?.userId ?? '';
  const kind = UserKind.USER_KIND_SERVICE_ACCOUNT;
  await admin.admin.setServiceAccount({ userId, kind, reason: 'test', ownerUserId });
  const componentIds = components.map(({ id }) => id);
  const { secret } = await admin.admin.createServiceSecret({ userId, componentIds, networks: ['127.0.0.0/8'] });
  for (const { id, machines } of components) {
    if (!machines) continue;
    const { session } = await clientFor(id).auth.signInServiceAccount({ username, secret });
    machineSessions.set(key(role, id), session?.sessionToken ?? '');
  }
}

afterAll(async () => {
  for (const client of clients.values()) client.close();
  await server?.stop();
});

const CONTRACT = readContract();

test('the tables have a row for every method, and no other', () => {
  const rows = [
    ...rowsOf(ADMINISTRATION)
      .slice(1)
      .map(([method]) => `admin/${method}`),
    ...rowsOf(AUTHENTICATION)
      .slice(1)
      .map(([method]) => `auth/${method}`),
  ];
  expect(rows.sort()).toEqual(CONTRACT.map(({ name }) => name).sort());
  expect(rowsOf(ADMINISTRATION)[0]).toEqual(Object.keys(COLUMNS));
});

type Component = (typeof components)[number];

const person = (role: string | undefined, { id, administration }: Component) => ({
  session: role === undefined ? undefined : sessions.get(key(role, id)),
  expect: (name: string) => expected(name, role, administration),
});

const machine = (role: string, { id, administration }: Component) => ({
  session: machineSessions.get(key(role, id)),
  expect: (name: string) => expectedOfMachine(name, role, administration),
});

/** Asks every method through one component and says what was expected and what came. */
async function compare(component: Component, { session, expect: wants }: ReturnType<typeof person>) {
  const said = await Promise.all(
    CONTRACT.map(async (method) => [method.name, await answer(clientFor(component.id), method, session)]),
  );
  const wanted = CONTRACT.map(({ name }) => [name, wants(name)]);
  return { said: Object.fromEntries(said), wanted: Object.fromEntries(wanted) };
}

describe.each(components)('through $id, every method answers', (component) => {
  test.each(roles)(
    'a %s as the tables say',
    async (role) => {
      const { said, wanted } = await compare(component, person(role, component));
      expect(said).toEqual(wanted);
    },
    60_000,
  );

  test('to nobody in particular as the tables say', async () => {
    const { said, wanted } = await compare(component, person(undefined, component));
    expect(said).toEqual(wanted);
  });
});

describe.each(components.filter(({ machines }) => machines))('through $id, every method answers', (component) => {
  test.each(roles)(
    'a service account that is a %s as the tables say',
    async (role) => {
      const { said, wanted } = await compare(component, machine(role, component));
      expect(said).toEqual(wanted);
    },
    60_000,
  );
});

test('without a component every method is COMPONENT_REQUIRED, whatever session comes with it', async () => {
  const nobody = clientOf(server);
  const session = sessions.get(key('backup-administrator', 'local'));
  for (const method of CONTRACT) {
    const wanted = method.name === 'auth/GetServerTime' ? 'OK' : 'COMPONENT_REQUIRED';
    expect([method.name, await answer(nobody, method), await answer(nobody, method, session)]).toEqual([
      method.name,
      wanted,
      wanted,
    ]);
  }
  nobody.close();
});

test("a session is its own component's alone", async () => {
  const session = sessions.get(key('backup-administrator', 'console'));
  for (const method of CONTRACT.filter(({ name }) => name.startsWith('admin/')))
    expect([method.name, await answer(clientFor('web-ui'), method, session)]).toEqual([
      method.name,
      'SESSION_REQUIRED',
    ]);
});

describe('once multi-factor authentication is on', () => {
  beforeAll(async () => {
    await admin.admin.updateMfaPolicy({ policy: { mfaSwitch: MfaSwitch.MFA_SWITCH_ON }, updateMask: ['mfa_switch'] });
  });

  test('sessions by password alone are inactive, through every component', async () => {
    const validate = (sessionToken: string) =>
      clientFor('local')
        .auth.validateSession({ sessionToken })
        .then(
          () => 'active',
          ({ reason }: SallyportError) => reason,
        );
    const asked = await Promise.all([...sessions.values()].map(validate));
    expect(new Set(asked)).toEqual(new Set(['SESSION_INACTIVE']));
  });

  test('sessions of service accounts go on, through every component', async () => {
    const local = clientFor('local');
    const asked = [...machineSessions.values()].map((sessionToken) => local.auth.validateSession({ sessionToken }));
    const kinds = (await Promise.all(asked)).map(({ userKind }) => userKind);
    expect(new Set(kinds)).toEqual(new Set([UserKind.USER_KIND_SERVICE_ACCOUNT]));
    expect(kinds).toHaveLength(roles.length * 9);
  });

  test.each(components)(
    'a person with the right password comes through $id as the table says',
    async ({ id, people }) => {
      const asked = await signIn(id, 'backup-viewer').then(
        (step) => step?.$case,
        ({ reason }: SallyportError) => reason,
      );
      expect(asked).toBe(people ? 'enrollment' : 'MFA_REQUIRED');
    },
  );

  test.each(components)(
    'a wrong password tells nothing of the policy of $id, nor does an unknown name',
    async ({ id }) => {
      const known = roles[components.findIndex((component) => component.id === id) % roles.length] ?? '';
      for (const username of [known, `nobody-${id}`]) {
        const wrong = clientFor(id).auth.startSignIn({ username, password: 'wrong' });
        await expect(wrong).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
      }
    },
  );
});
