import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { onEachEngine } from '../support/engines.js';
import { codeFor, PASSWORD } from '../support/people.js';
import { type Everybody, type Installation, install, loadOf, settle } from './keys-under-load.js';

const BETWEEN_TURNS = 2500;
const TIME = 180_000;
// Where rows name the key that they need.
const NAMED = [
  ['sessions', 'key_id'],
  ['sign_ins', 'key_id'],
  ['component_keys', 'key_id'],
  ['service_secrets', 'key_id'],
  ['passwords', 'pepper_id'],
  ['recovery_codes', 'pepper_id'],
  ['enrollment_codes', 'pepper_id'],
  ['factors', 'data_key_id'],
  ['data_keys', 'wrapping_key_id'],
] as const;

let house: Installation;
afterEach(() => house.close());

/** Rotates all keys while everybody signs in; each host reads the new keys when it gets them, not at once. */
async function failuresUnderRotation(everybody: Everybody, rotations: number) {
  const load = loadOf(house, everybody);
  await sleep(BETWEEN_TURNS);
  for (let rotation = 1; rotation <= rotations; rotation++) {
    await house.rotate();
    house.servers[0]?.hangUp();
    // Here the first host has the new keys and the second has not.
    await sleep(BETWEEN_TURNS);
    house.copyKeys();
    await house.turned();
    for (const server of house.servers.slice(0, 1)) server.setClock(rotation * 31_000);
    await sleep(BETWEEN_TURNS);
  }
  await load.stop();
  return { failures: load.failures, calls: load.calls() };
}

/** Rows that name each key, counted without the product. */
async function namedRows(): Promise<Map<string, number>> {
  const rows = new Map<string, number>();
  for (const [table, column] of NAMED)
    for (const row of await house.db.all(`SELECT ${column} AS id FROM ${table}`))
      if (row['id'] !== null) rows.set(String(row['id']), (rows.get(String(row['id'])) ?? 0) + 1);
  return rows;
}

const idsUnder = async (table: string, keyId: string): Promise<string[]> =>
  (await house.db.all(`SELECT id FROM ${table} WHERE key_id = ?`, [keyId])).map(({ id }) => String(id));

/** The ids of what was shown over and over: `sst_<id>_…`. */
const shown = ({ sessions, serviceSecret, componentKey }: Everybody): string[] =>
  [...sessions, serviceSecret, componentKey].map((token) => token.split('_')[1] ?? '');

/** Nothing that began before the turns is under way any more. */
const longAfter = (): Promise<void> => house.db.run('UPDATE key_turns SET activated_at = activated_at - 864000000');

async function signsIn(everybody: Everybody, username: string): Promise<string> {
  const [server, client] = [house.servers[0], house.clients.at(-1)];
  const person = everybody.people.find((known) => known.username === username);
  if (!server || !client || !person) throw new Error(`nobody is ${username}`);
  const { step } = await client.auth.startSignIn({ username, password: PASSWORD });
  if (step?.step?.$case !== 'challenge') throw new Error('no challenge');
  const { signInToken } = step.step.value;
  const answer = await client.auth.verifyOtp({ signInToken, code: codeFor(server, person.secret, 1) });
  if (answer.step?.step?.$case !== 'session') throw new Error('no session');
  return answer.step.step.value.sessionToken;
}

onEachEngine((engine) => {
  test(
    'all keys are rotated twice while everybody signs in: no call fails, and all is readable afterwards',
    async () => {
      house = await install(engine);
      const everybody = await settle(house);
      const waits = await house.db.all('SELECT * FROM waits WHERE failures = 20 ORDER BY subject');
      const before = (await house.list()).keys.filter(({ purpose }) => purpose !== 'lock').map(({ id }) => id);

      const { failures, calls } = await failuresUnderRotation(everybody, 2);

      expect(failures).toEqual([]);
      expect(calls).toBeGreaterThan(100);
      expect(waits).toHaveLength(2);
      expect(await house.db.all('SELECT * FROM waits WHERE failures = 20 ORDER BY subject')).toEqual(waits);
      const client = house.clients[0];
      for (const username of ['waiting', 'nobody at all'])
        await expect(client?.auth.startSignIn({ username, password: 'wrong' })).rejects.toMatchObject({
          reason: 'LOCKED_OUT',
        });

      // What is shown here goes under the new keys, and secrets do so by themselves.
      for (const server of house.servers) server.hangUp();
      await expect
        .poll(async () =>
          (await house.list()).keys.filter(
            ({ purpose, standing, rows }) =>
              (purpose === 'wrap' || purpose === 'data') && standing === 'old' && rows !== 0,
          ),
        )
        .toEqual([]);
      expect((await house.list()).keys.filter(({ standing }) => standing === 'retired')).toEqual([]);
      await longAfter();
      const { keys } = await house.list();
      const rows = await namedRows();
      for (const { id, standing, purpose } of keys) {
        if (standing === 'retired') expect(rows.get(id) ?? 0).toBe(0);
        if ((rows.get(id) ?? 0) > 0) expect(standing).not.toBe('retired');
        if (before.includes(id) && purpose !== 'pepper' && purpose !== 'mac') expect(standing).toBe('retired');
      }
      // Every token that was shown lies under a newer key.
      const mac = keys.find(({ id, purpose }) => before.includes(id) && purpose === 'mac')?.id ?? '';
      for (const table of ['sessions', 'component_keys', 'service_secrets'])
        expect((await idsUnder(table, mac)).filter((id) => shown(everybody).includes(id))).toEqual([]);
      // Passwords nobody typed and recovery codes keep their pepper.
      expect(keys.find(({ id, purpose }) => before.includes(id) && purpose === 'pepper')?.standing).toBe('old');

      // Without the retired keys, from a new start on, everybody comes in as before.
      const removed = await house.prune();
      expect(removed.keys.length).toBeGreaterThanOrEqual(6);
      house.copyKeys();
      for (const server of house.servers) {
        await server.kill();
        await server.restart();
      }
      await house.reconnect();
      for (const sessionToken of everybody.sessions) await house.clients[0]?.auth.validateSession({ sessionToken });
      house.servers[0]?.setClock(240_000);
      for (const { username } of everybody.people) expect(await signsIn(everybody, username)).toMatch(/^sst_/);
      await house.clients[0]?.auth.signInServiceAccount({ username: 'robot', secret: everybody.serviceSecret });
    },
    TIME,
  );

  // One replica alone has nobody to wait for.
  if (engine === 'mariadb')
    test(
      'the same load catches a key that is used before the other replica holds it',
      async () => {
        house = await install(engine, 'test/support/serve-turning-alone.js');
        const everybody = await settle(house);
        const { failures } = await failuresUnderRotation(everybody, 1);
        expect(failures.length).toBeGreaterThan(0);
      },
      TIME,
    );
});
