import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyedHash } from '../../../src/domain/ports.js';
import type { ReadStores, Stores } from '../../../src/domain/stores.js';
import { type OpenStores, openStores } from '../../support/engines.js';
import { connectionTo, mariadbIsHere } from '../../support/mariadb.js';
import { aComponent, aRole, aSecret, aSession, aUser, NOW, newHash, newId } from './samples.js';

/** Somebody's session, and everything that its standing hangs on. */
async function aWorld({ unitOfWork }: Pick<OpenStores, 'unitOfWork'>) {
  const user = aUser({ enrolledAt: NOW });
  const [component, role, spare, secret] = [aComponent(), aRole(), aRole(), aSecret(user)];
  const session = aSession(user, { componentId: component.id, serviceSecretId: secret.id });
  const key = { id: newId(), componentId: component.id, secret: newHash(), certificate: undefined, createdAt: NOW };
  await unitOfWork(async (stores) => {
    await stores.users.insert(user);
    await stores.users.noteEnrolled(user.id, NOW);
    await stores.components.insert(component);
    await stores.components.insertKey(key);
    await stores.roles.insert(role);
    await stores.roles.insert(spare);
    await stores.users.assignRole(user.id, role.id, NOW);
    await stores.serviceSecrets.insert(secret, undefined);
    await stores.sessions.insert(session);
  });
  return { user, component, role, spare, secret, session, key };
}
type World = Awaited<ReturnType<typeof aWorld>>;

type Writes<Name extends keyof Stores> = Exclude<
  keyof Stores[Name],
  Name extends keyof ReadStores ? keyof ReadStores[Name] : never
>;
type Call = (stores: Stores, world: World) => Promise<unknown>;
/** What a function does to what may be kept. */
type Told = readonly ['changes' | 'leaves', Call];
/** The compiler wants each function that writes to the tables that a standing is read from. */
type Every = {
  readonly [Name in
    | 'sessions'
    | 'users'
    | 'serviceSecrets'
    | 'roles'
    | 'components'
    | 'policy'
    | 'keys'
    | 'installation'
    | 'invariants']: Readonly<Record<Writes<Name>, Told>>;
};

const renewed = (token: KeyedHash) => ({
  token,
  securityVersion: 1,
  passwordAt: NOW,
  secondFactor: undefined,
  provedAt: NOW + 1,
  lastSeenAt: NOW + 1,
});
const wrapped = { id: newId(), wrappingKeyId: 'k1', wrapped: Buffer.alloc(60), createdAt: NOW };
const sealed = { dataKeyId: 'd1', box: Buffer.alloc(48) };

const EVERY: Every = {
  sessions: {
    insert: ['leaves', ({ sessions }, { user }) => sessions.insert(aSession(user))],
    renew: ['changes', ({ sessions }, { session }) => sessions.renew(session.id, session.token, renewed(newHash()))],
    noteEnrollmentCode: [
      'changes',
      ({ sessions }, { session }) => sessions.noteEnrollmentCode(session.id, session.token, newId()),
    ],
    remove: ['changes', ({ sessions }, { session }) => sessions.remove(session.id)],
    removeOf: ['changes', ({ sessions }, { user }) => sessions.removeOf(user.id)],
    removeOfComponent: ['changes', ({ sessions }, { component }) => sessions.removeOfComponent(component.id)],
    removeOfSecret: ['changes', ({ sessions }, { secret }) => sessions.removeOfSecret(secret)],
    keepNewest: ['changes', ({ sessions }, { user }) => sessions.keepNewest(user.id, 0)],
    // Only that it was seen, which is no news to those who keep it.
    seen: ['leaves', ({ sessions }, { session }) => sessions.seen([{ id: session.id, at: NOW + 1 }])],
    removeExpired: ['changes', ({ sessions }) => sessions.removeExpired(NOW, NOW + 1, 10_000)],
    removeOldNotices: ['leaves', ({ sessions }) => sessions.removeOldNotices(200)],
  },
  users: {
    insert: ['leaves', ({ users }) => users.insert(aUser())],
    updateProfile: ['leaves', ({ users }, { user }) => users.updateProfile(user.id, { displayName: 'Z' })],
    setState: ['changes', ({ users }, { user }) => users.setState(user.id, 'disabled')],
    raiseSecurityVersion: ['changes', ({ users }, { user }) => users.raiseSecurityVersion(user.id)],
    raiseEverySecurityVersion: ['changes', ({ users }) => users.raiseEverySecurityVersion()],
    touch: ['leaves', ({ users }, { user }) => users.touch(user.id, 1)],
    noteSignIn: ['leaves', ({ users }, { user }) => users.noteSignIn(user.id, NOW, '192.0.2.1')],
    noteEnrolled: ['changes', ({ users }, { user }) => users.noteEnrolled(user.id, NOW + 1)],
    clearEnrolled: ['changes', ({ users }, { user }) => users.clearEnrolled(user.id)],
    setKind: [
      'changes',
      ({ users }, { user }) =>
        users.setKind(user.id, 'service-account', {
          ownerId: undefined,
          endsAt: undefined,
          reason: 'x',
          warnedDays: undefined,
        }),
    ],
    noteWarned: ['leaves', ({ users }, { user }) => users.noteWarned(user.id, 30)],
    delete: ['changes', ({ users }, { user }) => users.delete(user.id)],
    assignRole: ['changes', ({ users }, { user, spare }) => users.assignRole(user.id, spare.id, NOW)],
    unassignRole: ['changes', ({ users }, { user, role }) => users.unassignRole(user.id, role.id)],
  },
  serviceSecrets: {
    insert: ['leaves', ({ serviceSecrets }, { user }) => serviceSecrets.insert(aSecret(user), undefined)],
    use: ['leaves', ({ serviceSecrets }, { secret }) => serviceSecrets.use(secret.id, newHash(), NOW)],
    revoke: ['changes', ({ serviceSecrets }, { secret }) => serviceSecrets.revoke(secret.id, NOW)],
    removeAll: ['changes', ({ serviceSecrets }, { user }) => serviceSecrets.removeAll(user.id)],
    noteWarned: ['leaves', ({ serviceSecrets }, { secret }) => serviceSecrets.noteWarned(secret.id, 30)],
    removeDead: ['leaves', ({ serviceSecrets }) => serviceSecrets.removeDead(NOW, 10_000)],
  },
  roles: {
    insert: ['changes', ({ roles }) => roles.insert(aRole({ permissions: [`p.${newId()}`] }))],
    update: ['changes', ({ roles }, { role }) => roles.update(role.id, { permissions: ['audit.read'] })],
    delete: ['changes', ({ roles }, { role }) => roles.delete(role.id)],
  },
  components: {
    insert: ['leaves', ({ components }) => components.insert(aComponent())],
    update: ['changes', ({ components }, { component }) => components.update(component.id, { people: 'never' })],
    delete: ['changes', ({ components }, { component }) => components.delete(component.id)],
    insertKey: ['leaves', ({ components }, { key }) => components.insertKey({ ...key, id: newId() })],
    deleteKey: ['changes', ({ components }, { key }) => components.deleteKey(key.id)],
  },
  policy: { update: ['changes', ({ policy }) => policy.update({ issuer: newId(), updatedAt: NOW })] },
  keys: {
    announce: ['leaves', ({ keys }) => keys.announce({ id: newId(), name: 'one', keyIds: ['k1'] })],
    withdraw: ['leaves', ({ keys }) => keys.withdraw(newId())],
    activate: ['leaves', ({ keys }) => keys.activate({ id: newId(), purpose: 'mac' })],
    removeDataKey: ['leaves', ({ keys }) => keys.removeDataKey(newId())],
    rewrapDataKey: ['leaves', ({ keys }) => keys.rewrapDataKey(wrapped, wrapped)],
    reseal: [
      'leaves',
      ({ keys }) => keys.reseal('factors', { key: newId(), binding: { rowId: '', ownerId: '' }, sealed }, sealed),
    ],
    rehash: ['changes', ({ keys }, { session }) => keys.rehash('sessions', session.id, session.token, newHash())],
  },
  installation: {
    found: ['changes', ({ installation }) => installation.found('k1', NOW + 7)],
    nameFirstAdministrator: ['leaves', ({ installation }) => installation.nameFirstAdministrator(newId())],
    noteAdministratorArrived: ['leaves', ({ installation }) => installation.noteAdministratorArrived()],
    noteAdministratorEnrolled: ['leaves', ({ installation }) => installation.noteAdministratorEnrolled()],
    noteKeyBackup: ['leaves', ({ installation }) => installation.noteKeyBackup(NOW)],
    addDataKey: ['leaves', ({ installation }) => installation.addDataKey({ ...wrapped, id: newId() })],
    administratorArrived: ['leaves', ({ installation }) => installation.administratorArrived()],
  },
  invariants: { touch: ['leaves', ({ invariants }) => invariants.touch('administration')] },
};

const CALLS = Object.entries(EVERY).flatMap(([store, calls]) =>
  Object.entries(calls as Record<string, Told>).map(([name, told]) => [`${store}.${name}`, ...told] as const),
);

describe.runIf(mariadbIsHere())('what makes something untrue that another replica may keep', () => {
  let open: OpenStores;
  let database: Connection;
  beforeAll(async () => {
    open = await openStores('mariadb');
    database = await connectionTo(open.url);
  });
  afterAll(async () => {
    await database.end();
    await open.close();
  });

  const subjects = async (): Promise<string[]> => {
    const [rows] = await database.query<RowDataPacket[]>('SELECT subject FROM revocations ORDER BY sequence');
    return rows.map(({ subject }) => String(subject));
  };
  /** What may be kept of this session and its component; when it was last seen is written by whoever saw it. */
  const keepable = ({ session, key }: World) =>
    open.reads(async ({ sessions, components, roles }) => {
      const standing = await sessions.standing(session.id);
      return {
        standing: standing && { ...standing, session: { ...standing.session, lastSeenAt: 0 } },
        facts: [await components.byKeyId(key.id), new Set(await roles.allPermissions())],
      };
    });

  test.each(CALLS)('is told by %s, which %s it', async (_, does, call) => {
    const world = await aWorld(open);
    const [before, toldBefore] = [await keepable(world), (await subjects()).length];

    await open.unitOfWork((stores) => call(stores, world));

    const after = await keepable(world);
    const told = (await subjects()).slice(toldBefore);
    const isTold = told.includes('*');
    const isChanged = { standing: differs(before.standing, after.standing), facts: differs(before.facts, after.facts) };
    expect(isChanged.standing || isChanged.facts).toBe(does === 'changes');
    if (isChanged.facts) expect(isTold).toBe(true);
    if (isChanged.standing)
      expect(isTold || told.includes(world.session.id) || told.includes(world.user.id)).toBe(true);
  });

  test('is told by a component key under a new key too', async () => {
    const { key } = await aWorld(open);
    const before = (await subjects()).length;
    await open.unitOfWork(({ keys }) => keys.rehash('component_keys', key.id, key.secret, newHash()));
    expect((await subjects()).slice(before)).toEqual(['*']);
  });

  test('is told once a unit, however often it says so, and not by a unit that rolled back', async () => {
    const { user } = await aWorld(open);
    const before = (await subjects()).length;
    const twice = async ({ users, sessions }: Stores): Promise<void> => {
      await users.raiseSecurityVersion(user.id);
      await sessions.removeOf(user.id);
    };
    await open.unitOfWork(twice);
    expect((await subjects()).slice(before)).toEqual([user.id]);

    const undone = open.unitOfWork(async (stores) => {
      await twice(stores);
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow();
    expect((await subjects()).slice(before)).toEqual([user.id]);
  });

  test('opening a session tells nobody anything', async () => {
    const { user } = await aWorld(open);
    const before = (await subjects()).length;
    await open.unitOfWork(async ({ users, sessions }) => {
      await users.touch(user.id, 1);
      await sessions.insert(aSession(user));
      await sessions.keepNewest(user.id, 100);
      await users.noteSignIn(user.id, NOW, '192.0.2.1');
    });
    expect((await subjects()).slice(before)).toEqual([]);
  });

  test('old notices go, and the newest one stays, by which a database is known again', async () => {
    await database.query('DELETE FROM revocations');
    await database.query("INSERT INTO revocations (subject, at) VALUES ('a', 0), ('b', 0), ('c', 0)");
    expect(await open.unitOfWork(({ sessions }) => sessions.removeOldNotices(1))).toBe(1);
    expect(await open.unitOfWork(({ sessions }) => sessions.removeOldNotices(200))).toBe(1);
    expect(await subjects()).toEqual(['c']);
  });
});

const differs = (one: unknown, other: unknown): boolean => {
  try {
    expect(other).toEqual(one);
    return false;
  } catch {
    return true;
  }
};
