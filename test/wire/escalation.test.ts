import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Sallyport as Client, connect, type SallyportError } from '../../src/client/index.js';
import { readContract } from '../support/contract.js';
import { type Here, startHere } from '../support/start-here.js';
import { type Aim, requests } from './escalation-requests.js';
import { ASKED, answerTo, GUARDED, ROLES, UNGUARDED } from './escalation-table.js';
import { type Subject, subject, things } from './escalation-world.js';

/**
 * Every administrative call as every role, as every service account and on oneself, each with a request that is right in
 * every other way: nothing goes above the table, and what is refused changed nothing.
 */
let here: Here;
let local: Client;
let ask: ReturnType<typeof requests>;

const KINDS = ['person', 'service-account'] as const;
const ROLE_IDS = Object.keys(ROLES);
const METHODS = readContract()
  .filter(({ name }) => name.startsWith('admin/'))
  .map(({ name }) => name.slice('admin/'.length));

// Multi-factor authentication is off, so that groups may be; who has a device has proved it nevertheless.
beforeAll(async () => {
  here = await startHere();
  local = connect({ address: here.address });
  ask = requests(here);
  here.run('UPDATE mfa_policy SET is_on = 0');
  here.insert('roles', {
    id: 'all-unguarded',
    name: 'All',
    name_key: Buffer.from('all'),
    permissions: UNGUARDED.join(' '),
  });
});

afterAll(async () => {
  local?.close();
  await here?.stop();
});

type Methods = Readonly<Record<string, (request: object) => Promise<unknown>>>;

/** `OK`, or the reason and what it names. */
async function answered(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'OK',
    ({ reason, status, metadata }: SallyportError) =>
      [reason ?? status, metadata?.['permission']].filter(Boolean).join(' '),
  );
}

async function administer(caller: Subject, method: string, request: object): Promise<string> {
  const { admin } = local.withSession(caller.token);
  const call = (admin as unknown as Methods)[method.replace(/^./, (first) => first.toLowerCase())];
  return call ? answered(call(request)) : 'no such method';
}

const stranger = (wish: Parameters<typeof subject>[1] = {}): Aim => ({
  at: subject(here, wish),
  owner: subject(here).userId,
  machine: subject(here, { kind: 'service-account' }).userId,
});

const request = (method: string, aim: Aim): object => {
  const make = ask[method];
  if (!make) throw new Error(`no request for ${method}`);
  return make(aim);
};

const NOT_CHANGED_BY_CALLS = ['audit_events', 'replicas', 'invariants', 'key_turns'];

// A digest of everything there is, but for the trail and what a running service says of itself.
function everything(): string {
  const tables = here.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'") as {
    name: string;
  }[];
  const text = JSON.stringify(
    tables
      .filter(({ name }) => !NOT_CHANGED_BY_CALLS.includes(name))
      .map(({ name }) => [name, here.all(`SELECT * FROM ${name}`)]),
    (key, value: unknown) => (key === 'last_seen_at' ? undefined : value),
  );
  return createHash('sha256').update(text).digest('hex');
}

test('the table and the requests know every administrative method, and no other', () => {
  expect(new Set(ASKED.keys())).toEqual(new Set(METHODS));
  expect(new Set(Object.keys(ask))).toEqual(new Set(METHODS));
});

type Expected = (method: string) => string;

/** Sends every request that is to be refused, and sees that nothing changed; then the others. */
async function compare(caller: Subject, methods: readonly string[], aim: () => Aim, wanted: Expected): Promise<void> {
  const refused = methods
    .filter((method) => wanted(method) !== 'OK')
    .map((method) => [method, request(method, aim())] as const);
  const before = everything();
  for (const [method, sent] of refused)
    expect([method, await administer(caller, method, sent)]).toEqual([method, wanted(method)]);
  expect(everything()).toBe(before);
  for (const method of methods.filter((name) => wanted(name) === 'OK'))
    expect([method, await administer(caller, method, request(method, aim()))]).toEqual([method, 'OK']);
}

describe.each(KINDS)('a %s', (kind) => {
  test.each(ROLE_IDS)(
    'with the role %s may do what the table says, and what is refused changed nothing',
    async (role) => {
      await compare(subject(here, { kind, role }), METHODS, stranger, (method) => answerTo(kind, role, method));
    },
  );
});

describe('on oneself', () => {
  const HARMLESS = ['GetUser', 'ListUserFactors', 'ListServiceSecrets', 'UpdateUser'];
  // Every method that names a user, and those that name what is a user's.
  const named = (): string[] =>
    METHODS.filter((method) => 'userId' in request(method, stranger())).concat(
      'RevokeSession',
      'AcknowledgeAuditEvent',
    );

  test.each(['backup-administrator', 'all-unguarded'])('%s changes nothing but the profile', async (role) => {
    const caller = subject(here, { role });
    const me: Aim = { at: caller, owner: subject(here).userId, machine: caller.userId };
    await compare(
      caller,
      named(),
      () => me,
      (method) => {
        const allowed = answerTo('person', role, method);
        return allowed !== 'OK' || HARMLESS.includes(method) ? allowed : 'NOT_ON_YOURSELF';
      },
    );
  });
});

describe('nobody touches who outranks them', () => {
  const UNLOCKING = ['UnlockUser', 'RevokeSession', 'RevokeUserSessions'];
  const outranks = (target: string, held: readonly string[]): boolean =>
    ROLES[target]?.some((permission) => !held.includes(permission)) ?? false;

  afterEach(() => here.breakBy());

  async function rankings(held: readonly string[]): Promise<[wanted: string[], came: string[]]> {
    const caller = subject(here, { role: things(here).role(held.join(' ')) });
    const [wanted, came]: [string[], string[]] = [[], []];
    for (const role of ROLE_IDS)
      for (const method of UNLOCKING) {
        const answer = await administer(caller, method, request(method, stranger({ role })));
        came.push(`${method} ${role} ${answer}`);
        wanted.push(`${method} ${role} ${outranks(role, held) ? 'TARGET_OUTRANKS' : 'OK'}`);
      }
    return [wanted, came];
  }

  test.each([
    ['with all that is unguarded', UNGUARDED],
    ['with two rights only', ['users.unlock', 'sessions.revoke']],
  ])('%s', async (_, held) => {
    const [wanted, came] = await rankings(held);
    expect(came).toEqual(wanted);
  });

  test('and it is noticed when ranks are not compared', async () => {
    here.breakBy((stores) => ({ ...stores, roles: { ...stores.roles, ofUser: async () => [] } }));
    const [wanted, came] = await rankings(UNGUARDED);
    expect(came).not.toEqual(wanted);
  });
});

describe('a custom role', () => {
  const guardedRoles = () =>
    (here.all('SELECT permissions FROM roles WHERE built_in = 0') as { permissions: string }[]).filter(
      ({ permissions }) => permissions.split(' ').some((name) => GUARDED.includes(name)),
    );

  test.each(GUARDED)('is never made or changed to hold %s, in no spelling', async (permission) => {
    const administrator = subject(here, { role: 'backup-administrator' });
    const roleId = things(here).role();
    for (const spelling of [permission, permission.toUpperCase(), ` ${permission}`, `console.read ${permission}`]) {
      const permissions = ['console.read', spelling];
      const made = await administer(administrator, 'CreateRole', { name: `r-${here.newId()}`, permissions });
      const changed = await administer(administrator, 'UpdateRole', {
        roleId,
        role: { permissions },
        updateMask: ['permissions'],
      });
      expect([spelling, made, changed]).toEqual([spelling, 'FIELDS_INVALID', 'FIELDS_INVALID']);
    }
    expect(guardedRoles()).toEqual([]);
  });
});

test('a mask of UpdateUser names no kind, state, role or password', async () => {
  const administrator = subject(here, { role: 'backup-administrator' });
  const { at } = stranger();
  const before = everything();
  const paths = [
    'kind',
    'state',
    'role_ids',
    'roles',
    'password',
    'user_id',
    'username',
    'enrolled',
    'end_time',
    'owner_user_id',
    '*',
    '',
  ];
  for (const path of paths) {
    const user = { kind: 2, state: 2, roleIds: ['backup-administrator'], username: 'root' };
    const sent = { userId: at.userId, user, updateMask: [path] };
    expect([path, await administer(administrator, 'UpdateUser', sent)]).toEqual([path, 'FIELDS_INVALID']);
  }
  expect(everything()).toBe(before);
});

describe("another's things at the doors of one's own", () => {
  const AIMED: Readonly<Record<string, (other: Subject) => object>> = {
    VerifyOtp: ({ factorId, code }) => ({
      signInToken: `ssi_${'0'.repeat(26)}_${'0'.repeat(43)}`,
      code: code(),
      factorId,
    }),
    Reauthenticate: ({ factorId, code }) => ({ proof: { $case: 'code', value: code() }, factorId }),
    EndSession: ({ sessionId }) => ({ target: { $case: 'sessionId', value: sessionId } }),
    ResyncFactor: ({ factorId, code }) => ({ factorId, firstCode: code(), secondCode: code() }),
    RenameFactor: ({ factorId }) => ({ factorId, label: 'mine' }),
    SuspendFactor: ({ factorId }) => ({ factorId }),
    RemoveFactor: ({ factorId }) => ({ factorId }),
  };
  const REFUSALS: Readonly<Record<string, string>> = {
    VerifyOtp: 'SIGN_IN_EXPIRED',
    Reauthenticate: 'INVALID_CODE',
    ResyncFactor: 'INVALID_CODE',
  };

  test('every method that names something is tried', () => {
    const naming = readContract().filter(
      ({ name, requestFields }) => name.startsWith('auth/') && requestFields.some((field) => field.endsWith('_id')),
    );
    expect(new Set(naming.map(({ name }) => name.slice('auth/'.length)))).toEqual(new Set(Object.keys(AIMED)));
  });

  test.each(['backup-administrator', 'backup-viewer'])('are out of reach of %s', async (role) => {
    const caller = subject(here, { role });
    const other = subject(here, { role: 'security-administrator' });
    const { auth } = local.withSession(caller.token);
    for (const [method, aim] of Object.entries(AIMED)) {
      const call = (auth as unknown as Methods)[method.replace(/^./, (first) => first.toLowerCase())];
      const came = call && (await answered(call(aim(other))));
      expect([method, came]).toEqual([method, REFUSALS[method] ?? 'NOT_FOUND']);
    }
    await expect(local.auth.validateSession({ sessionToken: other.token })).resolves.toMatchObject({
      userId: other.userId,
    });
  });

  test('are not listed', async () => {
    const caller = subject(here, { role: 'backup-administrator' });
    const other = subject(here, { role: 'backup-administrator' });
    await local.withSession(other.token).auth.renameFactor({ factorId: other.factorId, label: 'theirs' });
    const { auth } = local.withSession(caller.token);
    const lists = [await auth.listSessions({}), await auth.listFactors({}), await auth.listOwnEvents({})];
    const text = JSON.stringify(lists);
    for (const id of [other.userId, other.sessionId, other.factorId]) expect(text).not.toContain(id);
    expect(text).toContain(caller.factorId);
  });
});
