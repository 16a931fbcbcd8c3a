import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as domain from '../../../src/domain/index.js';
import { onEachEngine } from '../../support/engines.js';
import { addToken } from '../../support/hardware-token.js';
import { type House, MINUTE, openHouse, type Person } from '../../support/house.js';

const STEP = 30_000;

let house: House;
let alice: Person;
let root: Person;

const submit = async (code: string) => {
  const [signInToken = ''] = await house.challenges(alice.user, 1);
  return house.verifyOtp(house.call(), { signInToken, code, factorId: undefined });
};
const recorded = () => house.printed.at(-1)?.clockOffset;
const shownToAdministrator = async () => {
  const asked = domain.getUser(house.needs)(await house.caller(root), { id: alice.user.id });
  return (await asked).clockOffset;
};
const shownInTheTrail = async () => {
  const filter = { subject: alice.user.id, codes: ['40205'] };
  const [event] = await domain.listAuditEvents(house.needs)(await house.caller(root), filter, {
    limit: 1,
    after: undefined,
  });
  return event?.clockOffset;
};
const shownToOwner = async () => {
  const events = await domain.listOwnEvents(house.needs)(await house.caller(alice), { limit: 20, after: undefined });
  return events.find(({ code }) => code === '40205')?.clockOffset;
};

onEachEngine((engine) => {
  beforeEach(async () => {
    house = await openHouse(engine);
    alice = await house.person('alice');
    root = await house.administrator();
    // Just after a step began, so that steps away are whole steps of time.
    house.pass(STEP - (house.now() % STEP));
  });
  afterEach(() => house.close());

  describe('a wrong code that would be right at another time', () => {
    test.each([-20, -9, -2, 2, 9, 20])('%i steps away is wrong, and how far is recorded', async (steps) => {
      expect(await submit(house.code(alice, steps))).toMatchObject({ proved: false, because: 'INVALID_CODE' });
      expect(recorded()).toBe(steps * STEP);
    });

    test.each([-21, 21])('%i steps away is just wrong', async (steps) => {
      await submit(house.code(alice, steps));
      expect(recorded()).toBeUndefined();
    });

    test('is answered and counted as any other: nothing tells that it was close', async () => {
      const close = await submit(house.code(alice, -9));
      expect(close).toEqual(await submit(house.wrongCode(alice)));
      for (let n = 3; n <= 5; n++) await submit(house.code(alice, -9));
      expect(await submit(house.code(alice, -9))).toMatchObject({ because: 'LOCKED_OUT' });
    });

    test('of a token that counts says nothing about a clock', async () => {
      const token = await addToken(house, alice, 100);
      await submit(token.at(110));
      expect(recorded()).toBeUndefined();
    });

    test('from behind is shown at once, with when it was found: to administrators, and to its owner', async () => {
      const at = house.now();
      await submit(house.code(alice, -9));
      expect(await shownToAdministrator()).toEqual({ by: -9 * STEP, at });
      expect(await shownInTheTrail()).toBe(-9 * STEP);
      expect(await shownToOwner()).toBe(-9 * STEP);
    });

    test('from ahead is shown to nobody before it can be right no more: a guess is not told that it will be', async () => {
      const at = house.now();
      await submit(house.code(alice, 9));
      for (const shown of [shownToAdministrator, shownInTheTrail, shownToOwner]) expect(await shown()).toBeUndefined();
      house.pass(at + 9 * STEP + 2 * MINUTE - house.now());
      expect(await shownToAdministrator()).toEqual({ by: 9 * STEP, at });
      expect(await shownInTheTrail()).toBe(9 * STEP);
      expect(await shownToOwner()).toBe(9 * STEP);
    });

    test('is still shown after a wrong one that says nothing', async () => {
      await submit(house.code(alice, -9));
      house.pass(1000);
      await submit(house.wrongCode(alice));
      expect(await shownToAdministrator()).toMatchObject({ by: -9 * STEP });
    });
  });
});
