import { afterEach, expect, test } from 'vitest';
import { useRecoveryCode } from '../../src/domain/index.js';
import { recoveryCodeFoundThenMarked } from '../support/broken.js';
import { onEachEngine } from '../support/engines.js';
import { type House, openHouse, type Person, type Variant } from '../support/house.js';
import { asTyped, printedCodes } from '../support/recovery-codes.js';

/** So many wrong ones are free, and so are looked at whatever comes of them. */
const FREE = 5;

let house: House;
afterEach(() => house.close());

/** 50 parallel submits of one code over ten sign-ins opened beforehand, as if each came to another replica. */
async function sessionsFromOneCode(alice: Person): Promise<{ opened: number; left: number }> {
  const [printed] = await printedCodes(house, alice);
  const tokens = await house.challenges(alice.user, 10);
  const submits = Array.from({ length: 50 }, (_, index) => {
    const attempt = { signInToken: tokens[index % 10] ?? '', code: asTyped(printed) };
    return useRecoveryCode(house.needs)(house.call(), attempt).catch(() => undefined);
  });
  const verdicts = await Promise.all(submits);
  return {
    opened: verdicts.filter((verdict) => verdict?.proved === true).length,
    left: await house.reads(({ recoveryCodes }) => recoveryCodes.left(alice.user.id)),
  };
}

onEachEngine((engine) => {
  const opened = async (variant?: Variant): Promise<Person> => {
    house = await openHouse(engine, variant);
    return house.person('alice');
  };

  test('one recovery code opens exactly one session, however often it is sent at once', async () => {
    expect(await sessionsFromOneCode(await opened())).toEqual({ opened: 1, left: 9 });
  });

  test('the same test catches a code that is found in one unit and marked in the next', async () => {
    const { opened: sessions } = await sessionsFromOneCode(await opened(recoveryCodeFoundThenMarked(FREE)));
    expect(sessions).toBeGreaterThan(1);
  });
});
