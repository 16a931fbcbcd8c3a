import { afterEach, expect, test } from 'vitest';
import { stepReadBeforeTheUnit } from '../support/broken.js';
import { onEachEngine } from '../support/engines.js';
import { type House, openHouse, type Person, type Variant } from '../support/house.js';

let house: House;
afterEach(() => house.close());

/** 50 parallel submits of one right code over ten sign-ins opened beforehand: how many sessions they open. */
async function sessionsFromOneCode(alice: Person): Promise<number> {
  const tokens = await house.challenges(alice.user, 10);
  const code = house.code(alice);
  const submits = Array.from({ length: 50 }, (_, index) =>
    house
      .verifyOtp(house.call(), { signInToken: tokens[index % 10] ?? '', code, factorId: undefined })
      .catch(() => undefined),
  );
  const verdicts = await Promise.all(submits);
  return verdicts.filter((verdict) => verdict?.proved === true).length;
}

onEachEngine((engine) => {
  const opened = async (variant?: Variant): Promise<Person> => {
    house = await openHouse(engine, variant);
    return house.person('alice');
  };

  test('one right code opens exactly one session, however often it is sent at once', async () => {
    expect(await sessionsFromOneCode(await opened())).toBe(1);
  });

  test('the same test catches a step that is read before the unit and then written back', async () => {
    let alice: Person | undefined;
    alice = await opened(stepReadBeforeTheUnit(() => alice?.user.id ?? ''));
    expect(await sessionsFromOneCode(alice)).toBeGreaterThan(1);
  });
});
