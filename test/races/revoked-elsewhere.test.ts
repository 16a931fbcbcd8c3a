import { afterEach, describe, expect, test } from 'vitest';
import { UserKind } from '../../generated/sallyport/auth/v1/session.js';
import { freshDatabase, mariadbIsHere } from '../support/mariadb.js';
import { type Client, clientOf, firstAdministrator, firstSignIn } from '../support/people.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';

const env = { SALLYPORT_SESSION_CACHE: '1000' };
const opened: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

interface World {
  readonly server: Sallyport;
  /** Where it is revoked, and where it is asked for all the while. */
  readonly here: Client;
  readonly elsewhere: Client;
  /** The administrator's session. */
  readonly session: string;
  readonly administratorId: string;
}

/** Two replicas on one MariaDB that keep sessions in memory. */
async function twoReplicas(entry = 'test/support/serve.js'): Promise<World> {
  const database = await freshDatabase();
  opened.push(database.drop);
  const server = await startSallyport({ database: database.url, env, entry });
  opened.push(server.stop);
  const other = await startSallyport({ database: database.url, env, entry, like: server });
  opened.push(other.stop);
  const [here, elsewhere] = [clientOf(server), clientOf(other)];
  opened.push(here.close, elsewhere.close);
  const { session } = await firstAdministrator(server, here);
  // Without it a session needs no code, of which there is one in thirty seconds.
  await here.admin.updateMfaPolicy({ policy: { mfaSwitch: 2 }, updateMask: ['mfa_switch'] }, { session });
  const { userId } = await here.auth.validateSession({ sessionToken: session });
  return { server, here, elsewhere, session, administratorId: userId };
}

let people = 0;

async function aPerson({ server, here, session }: World): Promise<{ userId: string; token: string; name: string }> {
  const name = `person-${people++}`;
  const { user, oneTimePassword } = await here.admin.createUser({ username: name, roleIds: [] }, { session });
  const { session: token } = await firstSignIn(server, here, name, oneTimePassword);
  return { userId: user?.userId ?? '', token, name };
}

/** Asks again and again until it is told to stop; answers when the last call began that was told that the session holds. */
function hammer(client: Client, sessionToken: string) {
  let isOver = false;
  let last = Number.NEGATIVE_INFINITY;
  let newest = Number.NEGATIVE_INFINITY;
  let calls = 0;
  const ask = async (): Promise<void> => {
    while (!isOver) {
      const began = performance.now();
      const holds = await client.auth.validateSession({ sessionToken }).then(
        () => true,
        () => false,
      );
      calls += 1;
      newest = Math.max(newest, began);
      if (holds) last = Math.max(last, began);
    }
  };
  const asking = Promise.all([ask(), ask()]);
  return {
    calls: () => calls,
    /** When the newest call began that has ended. */
    newest: () => newest,
    stop: async () => {
      isOver = true;
      await asking;
      return last;
    },
  };
}

type Change = (world: World, person: { userId: string; token: string }) => Promise<unknown>;
const CHANGES: readonly (readonly [what: string, change: Change])[] = [
  ['its owner signs out', ({ here }, { token }) => here.auth.endSession({}, { session: token })],
  [
    'an administrator ends all sessions',
    ({ here, session }, { userId }) => here.admin.revokeUserSessions({ userId }, { session }),
  ],
  ['its owner is disabled', ({ here, session }, { userId }) => here.admin.disableUser({ userId }, { session })],
  ['its owner is deleted', ({ here, session }, { userId }) => here.admin.deleteUser({ userId }, { session })],
  ['the password is reset', ({ here, session }, { userId }) => here.admin.resetPassword({ userId }, { session })],
  [
    'its owner becomes a service account',
    ({ here, session, administratorId }, { userId }) =>
      here.admin.setServiceAccount(
        { userId, kind: UserKind.USER_KIND_SERVICE_ACCOUNT, reason: 'test', ownerUserId: administratorId },
        { session },
      ),
  ],
  // Last, because it stays so: a person's session without a second factor holds no more.
  [
    'MFA is switched on',
    ({ here, session }) =>
      here.admin.updateMfaPolicy({ policy: { mfaSwitch: 1 }, updateMask: ['mfa_switch'] }, { session }),
  ],
];

/** Milliseconds for which the session still held elsewhere after the change was acknowledged. */
async function heldAfter(world: World, change: Change): Promise<{ here: boolean; elsewhere: number }> {
  const person = await aPerson(world);
  const asking = hammer(world.elsewhere, person.token);
  await expect.poll(asking.calls).toBeGreaterThan(20);
  await change(world, person);
  const acknowledged = performance.now();
  const here = await world.here.auth.validateSession({ sessionToken: person.token }).then(
    () => true,
    () => false,
  );
  await expect.poll(asking.newest).toBeGreaterThan(acknowledged + 1500);
  return { here, elsewhere: (await asking.stop()) - acknowledged };
}

describe.runIf(mariadbIsHere())('two replicas that keep sessions in memory', () => {
  test('a session that ends on one is dead there at once, and on the other within a second', async () => {
    const world = await twoReplicas();
    for (const [what, change] of CHANGES) {
      const held = await heldAfter(world, change);
      expect(held.here, what).toBe(false);
      expect(held.elsewhere, what).toBeLessThanOrEqual(1000);
    }
  }, 120_000);

  test('the same test catches a replica that hears no news', async () => {
    const world = await twoReplicas('test/support/serve-hearing-no-news.js');
    const [, change] = CHANGES[1] ?? [];
    if (!change) throw new Error('no such change');
    expect((await heldAfter(world, change)).elsewhere).toBeGreaterThan(1000);
  }, 60_000);
});
