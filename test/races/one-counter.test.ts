import { afterEach, expect, test } from 'vitest';
import { resyncFactor } from '../../src/domain/index.js';
import { stepReadBeforeTheUnit } from '../support/broken.js';
import { devicesOf } from '../support/devices.js';
import { onEachEngine } from '../support/engines.js';
import { addToken, type HardwareToken } from '../support/hardware-token.js';
import { type House, openHouse, type Variant } from '../support/house.js';

const NEXT = 100;

let house: House;
afterEach(() => house.close());

type Submit = (signInToken: string) => Promise<{ readonly proved: boolean }>;

/** 50 submits at once over ten sign-ins opened beforehand: how many sessions they open. */
async function sessionsOf({ user }: HardwareToken, submit: (submitted: number) => Submit): Promise<number> {
  const tokens = await house.challenges(user, 10);
  const submits = Array.from({ length: 50 }, (_, index) =>
    submit(index)(tokens[index % 10] ?? '').catch(() => undefined),
  );
  return (await Promise.all(submits)).filter((verdict) => verdict?.proved === true).length;
}

const code =
  (text: string): Submit =>
  (signInToken) =>
    house.verifyOtp(house.call(), { signInToken, code: text, factorId: undefined });

const codes =
  ({ id, at }: HardwareToken, counter: number): Submit =>
  (signInToken) =>
    resyncFactor(house.needs)(house.call(), {
      token: { signInToken },
      factorId: id,
      first: at(counter),
      second: at(counter + 1),
    });

onEachEngine((engine) => {
  const opened = async (variant?: Variant): Promise<HardwareToken> => {
    house = await openHouse(engine, variant);
    return addToken(house, await house.person('alice'), NEXT);
  };
  const broken = async (): Promise<HardwareToken> => {
    let token: HardwareToken | undefined;
    token = await opened(stepReadBeforeTheUnit(() => token?.user.id ?? ''));
    return token;
  };

  test('one code of a token opens exactly one session, however often it is sent at once', async () => {
    const token = await opened();
    expect(await sessionsOf(token, () => code(token.at(NEXT)))).toBe(1);
  });

  test('the same test catches a counter that is read before the unit and then written back', async () => {
    const token = await broken();
    expect(await sessionsOf(token, () => code(token.at(NEXT)))).toBeGreaterThan(1);
  });

  test('two codes that resynchronise a token open exactly one session, however often they are sent at once', async () => {
    const token = await opened();
    expect(await sessionsOf(token, () => codes(token, NEXT + 20))).toBe(1);
  });

  test('codes and resynchronising at once: the counter stands at the highest that was proved, and each is spent once', async () => {
    const token = await opened();
    const at = (index: number): Submit => (index % 2 === 0 ? code(token.at(NEXT + 1)) : codes(token, NEXT + 30));
    expect(await sessionsOf(token, at)).toBeLessThanOrEqual(2);
    const counters = (await devicesOf(house, token))
      .filter(({ kind }) => kind === 'hotp')
      .map(({ lastStep }) => lastStep);
    expect(counters).toEqual([NEXT + 31]);
  });
});
