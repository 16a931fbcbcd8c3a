import { afterEach, expect, test } from 'vitest';
import { disableUser, startSignIn, updateMfaPolicy } from '../../src/domain/index.js';
import { versionNotCompared } from '../support/broken.js';
import { onEachEngine } from '../support/engines.js';
import { type House, openHouse, PASSWORD } from '../support/house.js';

let house: House;
afterEach(() => house.close());

/** Alice is disabled while her password is being hashed: whether her sign-in opens a session all the same. */
async function opensWhileDisabled(): Promise<boolean> {
  const root = await house.administrator();
  const alice = await house.person('alice', { enrolled: false });
  const caller = await house.caller(root);
  await updateMfaPolicy(house.needs)(caller, { on: false }, false);
  const { hashQueue } = house.needs;
  const disable = disableUser({ ...house.needs, unitOfWork: house.sound });
  const enter: typeof hashQueue.enter = () => {
    const place = hashQueue.enter();
    const verify: typeof place.verify = async (...args) => {
      const verdict = await place.verify(...args);
      await disable(caller, alice.user.id);
      return verdict;
    };
    return { ...place, verify };
  };
  const verdict = await startSignIn({ ...house.needs, hashQueue: { enter } })(house.call(), {
    name: 'alice',
    password: PASSWORD,
  });
  return verdict.proved;
}

onEachEngine((engine) => {
  test('who is disabled while signing in gets no session', async () => {
    house = await openHouse(engine);
    expect(await opensWhileDisabled()).toBe(false);
  });

  test('the same test catches a version that is not compared', async () => {
    house = await openHouse(engine, versionNotCompared);
    expect(await opensWhileDisabled()).toBe(true);
  });
});
