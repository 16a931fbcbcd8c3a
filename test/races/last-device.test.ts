import { afterEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../src/domain/call.js';
import { removeFactor, suspendFactor, suspendUserFactor } from '../../src/domain/index.js';
import { BACKUP_ADMINISTRATOR } from '../../src/domain/role/permissions.js';
import { addDevice, devicesOf, firstDevice, leaveRecoveryCode } from '../support/devices.js';
import { onEachEngine } from '../support/engines.js';
import { foundThenSaved } from '../support/found-then-saved.js';
import { type House, openHouse, type Person } from '../support/house.js';

type Race = ReturnType<typeof foundThenSaved>;

let house: House;
afterEach(() => house.close());

/** Two calls at once; with the broken variant, both have looked before either changes anything. */
async function both(race: Race | undefined, calls: readonly (() => Promise<unknown>)[]) {
  race?.from(calls.length);
  await Promise.allSettled(calls.map((call) => call()));
  race?.from(0);
}

/** How many usable devices are left of two, when both are removed at once from these sessions. */
async function leftOfTwo(sessions: (alice: Person) => Promise<readonly [Caller, Caller]>, race?: Race) {
  const alice = await house.person('alice');
  const phone = await firstDevice(house, alice);
  const tablet = await addDevice(house, alice);
  const [one, two] = await sessions(alice);
  const remove = removeFactor(house.needs);
  await both(race, [() => remove(one, phone), () => remove(two, tablet.id)]);
  return (await devicesOf(house, alice)).length;
}

const ofTwoSessions = async (alice: Person) => [await house.caller(alice), await house.caller(alice)] as const;
const ofOneSession = async (alice: Person) => {
  const caller = await house.caller(alice);
  return [caller, caller] as const;
};

type Suspend = (by: Caller, of: Caller, factorId: string) => Promise<unknown>;
const eachTheOther: Suspend = (by, of, factorId) => suspendUserFactor(house.needs)(by, of.active.user.id, factorId);
const eachTheirOwn: Suspend = (_by, of, factorId) => suspendFactor(house.needs)(of, factorId);

/** How many of two administrators could still sign in, when the only device of each is suspended at once. */
async function ableOfTwo(suspend: Suspend, race?: Race) {
  const [ann, ben] = [await house.administrator('ann'), await house.administrator('ben')];
  const [anns, bens] = [await firstDevice(house, ann), await firstDevice(house, ben)];
  for (const who of [ann, ben]) await leaveRecoveryCode(house, who);
  const [byAnn, byBen] = [await house.caller(ann), await house.caller(ben)];
  await both(race, [() => suspend(byAnn, byBen, bens), () => suspend(byBen, byAnn, anns)]);
  const holders = await house.reads(({ users }) => users.holdersAbleToSignIn(BACKUP_ADMINISTRATOR));
  return holders.filter(({ usableFactor }) => usableFactor).length;
}

onEachEngine((engine) => {
  describe.each([
    ['two sessions', ofTwoSessions],
    ['one session', ofOneSession],
  ])('two devices removed at once in %s', (_from, sessions) => {
    test('leave one that is usable', async () => {
      house = await openHouse(engine);
      expect(await leftOfTwo(sessions)).toBe(1);
    });

    test('leave none where devices are counted first and removed afterwards', async () => {
      const race = foundThenSaved();
      house = await openHouse(engine, race.variant);
      expect(await leftOfTwo(sessions, race)).toBe(0);
    });
  });

  describe.each([
    ['each the device of the other', eachTheOther],
    ['each their own device', eachTheirOwn],
  ])('two administrators who suspend %s at once', (_whose, suspend) => {
    test('leave one who can sign in', async () => {
      house = await openHouse(engine);
      expect(await ableOfTwo(suspend)).toBe(1);
    });

    test('leave nobody where administrators are counted first', async () => {
      const race = foundThenSaved();
      house = await openHouse(engine, race.variant);
      expect(await ableOfTwo(suspend, race)).toBe(0);
    });
  });
});
