import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as crypto from '../../../src/crypto/index.js';
import { createOutdatedHashes, keepKeys, replaceOldKeys } from '../../../src/domain/index.js';
import { bareDatabase } from '../../support/bare-database.js';
import { onEachEngine } from '../../support/engines.js';
import { type House, openHouse, SHAPE } from '../../support/house.js';

/** `sst_<id>_<secret>` */
const parts = (token: string) => ({ id: token.slice(4, 30), secret: token.slice(31) });

onEachEngine((engine) => {
  let house: House;
  let folder: string;
  let path: string;
  beforeEach(async () => {
    house = await openHouse(engine);
    folder = mkdtempSync(join(tmpdir(), 'sallyport-keys-'));
    path = join(folder, 'sallyport.keys');
    copyFileSync(house.keyFile, path);
  });
  afterEach(async () => {
    await house.close();
    rmSync(folder, { recursive: true });
  });

  /** A replica that holds new keys beside the old, all of them in use. */
  async function rotated() {
    const { keys, envelope, held } = crypto.openKeys(path);
    const look = keepKeys({ ...house.needs, unitOfWork: house.sound, held, replica: { id: 'one', name: 'one' } });
    await look();
    crypto.changeKeyFile(path, (stored) => [
      ...stored.keys,
      ...(['wrap', 'pepper', 'mac', 'page'] as const).map((purpose) => crypto.newKey(purpose, house.now())),
    ]);
    await look();
    const dataKey = crypto.newDataKey(keys, house.needs.randomness.newId(), house.now() + 1);
    await house.sound(({ installation }) => installation.addDataKey(dataKey));
    await look();
    const outdated = createOutdatedHashes();
    const replace = replaceOldKeys({ unitOfWork: house.sound, reads: house.reads, envelope, held, outdated });
    return { keys, envelope, dataKey, outdated, replace, tokenHashes: crypto.createTokenHashes(keys, outdated.note) };
  }

  test('secrets and data keys go under the new keys, and open as before', async () => {
    const people = [];
    for (const name of ['ann', 'ben', 'cyd']) people.push(await house.person(name));
    const { envelope, dataKey, replace, keys } = await rotated();

    await replace();

    for (const { user, secret } of people) {
      const [factor] = await house.reads(({ factors }) => factors.of(user.id));
      if (!factor) throw new Error('the device is gone');
      expect(factor.secret.dataKeyId).toBe(dataKey.id);
      const binding = { rowId: factor.id, ownerId: user.id };
      expect(Buffer.from(envelope.open(factor.secret, 'factors', binding))).toEqual(Buffer.from(secret));
    }
    const rows = await house.reads(({ installation }) => installation.dataKeys());
    expect(new Set(rows.map(({ wrappingKeyId }) => wrappingKeyId))).toEqual(new Set([keys.current('wrap').id]));
  });

  test('a pending secret goes along, and what does not open is left as it is', async () => {
    const { user } = await house.person('ann');
    const pending = (holderId: string, ownerId: string) =>
      house.sound(({ factors }) =>
        factors.setPending({
          holderId,
          userId: user.id,
          factorId: `device of ${holderId}`,
          label: '',
          shape: SHAPE,
          secret: house.needs.envelope.seal(Buffer.from('secret'), 'factors', {
            rowId: `device of ${holderId}`,
            ownerId,
          }),
          expiresAt: house.now() + 1000,
        }),
      );
    await pending('a', user.id);
    await pending('b', 'moved here');
    await pending('c', user.id);
    const { replace, dataKey } = await rotated();

    await replace();

    const under = async (holder: string) =>
      (await house.sound(({ factors }) => factors.pending(holder)))?.secret?.dataKeyId;
    expect(await under('a')).toBe(dataKey.id);
    expect(await under('b')).not.toBe(dataKey.id);
    expect(await under('c')).toBe(dataKey.id);
  });

  test('the token of a session goes under the new key once it was shown; who looked before still finds it', async () => {
    const session = await house.session(await house.person('ann'));
    const { id, secret } = parts(session);
    const before = await house.reads(({ sessions }) => sessions.byId(id));
    if (!before) throw new Error('the session is gone');
    const { tokenHashes, replace, keys } = await rotated();

    expect(tokenHashes.matches('session', { rowId: id, ownerId: before.userId }, secret, before.token)).toBe(true);
    await replace();

    const after = await house.reads(({ sessions }) => sessions.byId(id));
    expect(after?.token.keyId).toBe(keys.current('mac').id);
    expect(after && tokenHashes.matches('session', { rowId: id, ownerId: before.userId }, secret, after.token)).toBe(
      true,
    );
    const renew = () => house.sound(({ sessions }) => sessions.renew(id, before.token, { ...before, provedAt: 7 }));
    expect(await renew()).toBe(true);
    expect((await house.reads(({ sessions }) => sessions.byId(id)))?.token).toEqual(after?.token);
    const fresh = tokenHashes.hash('session', { rowId: id, ownerId: before.userId }, 'another');
    expect(await house.sound(({ sessions }) => sessions.renew(id, before.token, { ...before, token: fresh }))).toBe(
      true,
    );
    // Spent, by both its names.
    expect(await renew()).toBe(false);
  });

  test('a component key goes under the new key once it was shown, and the shared row tells who remembers it', async () => {
    const id = house.needs.randomness.newId();
    const binding = { rowId: id, ownerId: 'shell' };
    const key = { id, componentId: 'shell', certificate: undefined, createdAt: 0 };
    const stored = house.needs.tokenHashes.hash('component-key', binding, 'secret');
    await house.sound(({ components }) => components.insertKey({ ...key, secret: stored }));
    const { tokenHashes, replace, keys } = await rotated();
    const db = await bareDatabase(house.url);
    const version = async () => (await db.all("SELECT version FROM invariants WHERE name = 'administration'"))[0];
    const before = await version();

    expect(tokenHashes.matches('component-key', binding, 'secret', stored)).toBe(true);
    await replace();

    const found = await house.reads(({ components }) => components.byKeyId(id));
    expect(found?.key.secret?.keyId).toBe(keys.current('mac').id);
    expect(await version()).not.toEqual(before);
    await db.close();
  });

  test('a token that was spent meanwhile is not brought back', async () => {
    const session = await house.session(await house.person('ann'));
    const { id, secret } = parts(session);
    const before = await house.reads(({ sessions }) => sessions.byId(id));
    if (!before) throw new Error('the session is gone');
    const { tokenHashes, replace } = await rotated();
    tokenHashes.matches('session', { rowId: id, ownerId: before.userId }, secret, before.token);
    const token = tokenHashes.hash('session', { rowId: id, ownerId: before.userId }, 'another');
    await house.sound(({ sessions }) => sessions.renew(id, before.token, { ...before, token }));

    await replace();

    expect((await house.reads(({ sessions }) => sessions.byId(id)))?.token).toEqual(token);
  });
});
