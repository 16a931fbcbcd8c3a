import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/domain/call.js';
import { createUser, endSession, reauthenticate } from '../../../src/domain/index.js';
import { type House, MINUTE, openHouse, type Person } from '../../support/house.js';
import { refusal } from '../../support/refusal.js';

const NEW_USER = { name: { realm: '', name: 'mallory', text: 'mallory' }, displayName: '', email: '', roleIds: [] };

let house: House;
let root: Person;
let caller: Caller;
beforeEach(async () => {
  house = await openHouse('sqlite');
  root = await house.administrator();
  caller = await house.caller(root);
});
afterEach(() => house.close());

/** A fresh proof in the caller's session: the token it goes by from now on. */
async function renewed(): Promise<string> {
  house.pass(MINUTE);
  const answer = await reauthenticate(house.needs)(caller, { code: { code: house.code(root), factorId: undefined } });
  if (!answer.proved) throw new Error(answer.because);
  return answer.opened.token;
}

describe('a call under way whose token is replaced meanwhile', () => {
  test('administers nothing', async () => {
    await renewed();
    await expect(createUser(house.needs)(caller, NEW_USER)).rejects.toThrow(refusal('SESSION_REQUIRED'));
  });

  test.each(['this', 'all'] as const)('ends nothing of what goes on under the new one: %s', async (which) => {
    const token = await renewed();
    await expect(endSession(house.needs)(caller, { which })).rejects.toThrow(refusal('SESSION_REQUIRED'));
    expect(await house.readActiveSession({ token })).toBeDefined();
  });
});

describe('a call under way whose token is hashed anew under another key meanwhile', () => {
  beforeEach(async () => {
    const { id, userId, token } = caller.active.session;
    const digest = house.needs.tokenHashes.hash('session', { rowId: id, ownerId: userId }, 'x'.repeat(43)).digest;
    await house.sound(({ keys }) => keys.rehash('sessions', id, token, { keyId: token.keyId, digest }));
  });

  test('goes on', async () => {
    await createUser(house.needs)(caller, NEW_USER);
    expect(await endSession(house.needs)(caller, { which: 'this' })).toBe(1);
  });

  test('may replace it', async () => {
    expect(await renewed()).toMatch(/^sst_/);
  });
});
