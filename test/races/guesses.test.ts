import { afterEach, expect, test } from 'vitest';
import { codeWait } from '../../src/domain/lockout/wait-keys.js';
import { counterReadBeforeTheUnit, countLostWithTheRefusal } from '../support/broken.js';
import { onEachEngine } from '../support/engines.js';
import { type House, openHouse, type Person } from '../support/house.js';

let house: House;
afterEach(() => house.close());

/** 200 parallel wrong codes over ten sign-ins opened beforehand: how many were looked at. */
async function looksAtWrongCodes(alice: Person): Promise<number> {
  const tokens = await house.challenges(alice.user, 10);
  const code = house.wrongCode(alice);
  const before = house.looks();
  const guesses = Array.from({ length: 200 }, (_, index) =>
    house
      .verifyOtp(house.call(), { signInToken: tokens[index % 10] ?? '', code, factorId: undefined })
      .catch(() => undefined),
  );
  await Promise.all(guesses);
  return house.looks() - before;
}

onEachEngine((engine) => {
  test('of 200 wrong codes at once at most six are looked at', async () => {
    house = await openHouse(engine);
    expect(await looksAtWrongCodes(await house.person('alice'))).toBeLessThanOrEqual(6);
  });

  test('the same test catches a counter that is found, then saved', async () => {
    let alice: Person | undefined;
    house = await openHouse(
      engine,
      counterReadBeforeTheUnit(
        () => codeWait(alice?.user.id ?? ''),
        () => house.now(),
      ),
    );
    alice = await house.person('alice');
    expect(await looksAtWrongCodes(alice)).toBeGreaterThan(6);
  });

  test('the same test catches a count that is lost with the rollback of the refusal', async () => {
    house = await openHouse(engine, countLostWithTheRefusal);
    expect(await looksAtWrongCodes(await house.person('alice'))).toBeGreaterThan(6);
  });
});
