import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KeyReport } from '../../src/cli/offline.js';
import { listKeys, pruneKeys, rotateKeys } from '../../src/offline/keys.js';
import { recover } from '../../src/offline/recover.js';
import { machine } from '../../src/service/outside.js';
import { bareDatabase } from '../support/bare-database.js';
import { clientOf, firstAdministrator } from '../support/people.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';

let server: Sallyport;
let keyFile: string;
let outside: ReturnType<typeof machine>;
beforeEach(async () => {
  server = await startSallyport();
  keyFile = join(server.folder, 'keys', 'sallyport.keys');
  outside = machine({ SALLYPORT_DATA_DIR: join(server.folder, 'data'), SALLYPORT_KEY_FILE: keyFile });
});
afterEach(() => server.stop());

const rotate = (purposes: string[] = [], waitSeconds = 30) => rotateKeys({ purposes, waitSeconds }, outside);
const standings = ({ keys }: KeyReport, purpose: string) =>
  keys.filter((key) => key.purpose === purpose).map(({ standing }) => standing);
const onDatabase = async (sql: string): Promise<void> => {
  const db = await bareDatabase(`sqlite:${join(server.folder, 'data', 'sallyport.db')}`);
  await db.run(sql);
  await db.close();
};

describe('keys rotate', () => {
  test('is done when the service that runs uses the new keys', async () => {
    const before = await listKeys({}, outside);
    const report = await rotate();
    expect(before.replicas).toHaveLength(1);
    for (const purpose of ['wrap', 'data', 'pepper', 'mac', 'page'])
      expect(standings(report, purpose)).toEqual(['old', 'in use']);
    expect(standings(report, 'lock')).toEqual(['in use']);
    expect(server.output()).toContain('"code":"KEYS_ROTATED"');
  });

  test('of one purpose leaves the others, and the lock key is refused with the reason', async () => {
    const report = await rotate(['mac']);
    expect(standings(report, 'mac')).toEqual(['old', 'in use']);
    expect(standings(report, 'pepper')).toEqual(['in use']);
    await expect(rotate(['lock'])).rejects.toThrow('every wait would begin anew');
    await expect(rotate(['salt'])).rejects.toThrow('--purpose is one of wrap, pepper, mac, page');
  });

  test('is done at once where no service runs, and the next start goes on with the new keys', async () => {
    const client = clientOf(server);
    const { session } = await firstAdministrator(server, client);
    client.close();
    await server.kill();
    await onDatabase('DELETE FROM replicas');
    expect(standings(await rotate([], 0), 'mac')).toEqual(['old', 'in use']);
    await server.restart();
    const again = clientOf(server);
    await again.auth.validateSession({ sessionToken: session });
    again.close();
  });

  test('waits for a key that waits already instead of making one more', async () => {
    await onDatabase(
      "INSERT INTO replicas (id, name, key_ids, seen_at) SELECT 'far', 'far away', 'none', seen_at + 60000 FROM replicas",
    );
    const first = await rotate(['mac'], 0);
    const second = await rotate(['mac'], 0);
    expect(standings(second, 'mac')).toEqual(['in use', 'waiting']);
    expect(second.keys.map(({ id }) => id)).toEqual(first.keys.map(({ id }) => id));
    expect(second.keys.find(({ standing }) => standing === 'waiting')?.lackedBy).toContain('far away');
  });
});

test('keys prune takes what is retired out of the file, and nothing else', async () => {
  await rotate();
  expect((await pruneKeys({}, outside)).keys).toEqual([]);
  server.hangUp();
  await onDatabase('UPDATE key_turns SET activated_at = activated_at - 864000000');
  // The pepper of the first administrator's one-time password is still needed.
  await expect
    .poll(async () => (await listKeys({}, outside)).keys.filter(({ standing }) => standing === 'retired').length)
    .toBe(4);
  const removed = await pruneKeys({}, outside);
  expect(removed.keys.map(({ purpose }) => purpose)).toEqual(['wrap', 'data', 'mac', 'page']);
  const left = await listKeys({}, outside);
  expect(left.keys.map(({ purpose, standing }) => `${purpose} ${standing}`)).toEqual([
    'wrap in use',
    'data in use',
    'pepper old',
    'pepper in use',
    'mac in use',
    'page in use',
    'lock in use',
  ]);
  await server.kill();
  await server.restart();
});

test('with a key file from before the rotation nothing starts, and the list says what is missing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-before-'));
  const before = join(folder, 'sallyport.keys');
  copyFileSync(keyFile, before);
  await rotate();
  const old = { ...outside, env: { ...outside.env, SALLYPORT_KEY_FILE: before } };
  expect(standings(await listKeys({}, old), 'mac')).toEqual(['old', 'missing']);
  await expect(rotateKeys({ purposes: [], waitSeconds: 0 }, old)).rejects.toThrow('Copy the key file from where');
  await expect(recover({ name: 'administrator', keepFactors: false }, old)).rejects.toThrow('are not in');
  await server.kill();
  const after = readFileSync(keyFile);
  copyFileSync(before, keyFile);
  await expect(server.restart()).rejects.toThrow('Copy the key file from where the keys were rotated');
  expect(after.length).toBeGreaterThan(readFileSync(before).length);
  rmSync(folder, { recursive: true });
});

test('who is recovered after a rotation comes in under the new pepper', async () => {
  await rotate();
  const { oneTimePassword } = await recover({ name: 'administrator', keepFactors: false }, outside);
  const client = clientOf(server);
  const { step } = await client.auth.startSignIn({ username: 'administrator', password: oneTimePassword });
  expect(step?.step?.$case).toBe('passwordChange');
  const { keys } = await listKeys({}, outside);
  expect(keys.filter(({ purpose }) => purpose === 'pepper').map(({ rows }) => rows)).toEqual([0, 2]);
  client.close();
});
