import { afterEach, expect, test } from 'vitest';
import { codeAt } from '../../src/crypto/otp-codes.js';
import { foldCrockford } from '../../src/domain/credential/crockford.js';
import { beginEnrollment, confirmEnrollment, createEnrollmentCode, startSignIn } from '../../src/domain/index.js';
import { BACKUP_ADMINISTRATOR } from '../../src/domain/role/permissions.js';
import { fromBase32 } from '../support/base32.js';
import { devicesOf } from '../support/devices.js';
import { onEachEngine } from '../support/engines.js';
import { foundThenSaved } from '../support/found-then-saved.js';
import { type House, openHouse, PASSWORD, SHAPE } from '../support/house.js';

let house: House;
afterEach(() => house.close());

/** Ten sign-ins send one code; all that were shown a secret confirm it at once: how many devices come of it. */
async function devicesFromOneCode(race?: ReturnType<typeof foundThenSaved>): Promise<number> {
  const root = await house.caller(await house.administrator());
  const alice = await house.person('alice', { roles: [BACKUP_ADMINISTRATOR], enrolled: false });
  const made = await createEnrollmentCode(house.needs)(root, alice.user.id);
  const enrollmentCode = foldCrockford(made.enrollmentCode);
  const shown: { signInToken: string; secret: Uint8Array }[] = [];
  for (let signIn = 1; signIn <= 10; signIn++) {
    const verdict = await startSignIn(house.needs)(house.call(), { name: 'alice', password: PASSWORD });
    if (!verdict.proved || verdict.step.next !== 'enrollment') throw new Error('enrolment was not offered');
    const request = { token: { signInToken: verdict.step.token }, enrollmentCode, label: 'phone', shape: SHAPE };
    const begun = await beginEnrollment(house.needs)(house.call(), request);
    if (begun.proved) shown.push({ ...request.token, secret: fromBase32(begun.shown.secret) });
  }
  // Its five tries are right ones here.
  expect(shown).toHaveLength(5);
  race?.from(shown.length);
  const confirm = confirmEnrollment(house.needs);
  const confirmed = await Promise.allSettled(
    shown.map(({ signInToken, secret }) =>
      confirm(house.call(), {
        token: { signInToken },
        code: codeAt(secret, SHAPE, Math.floor(house.now() / 30_000)),
      }),
    ),
  );
  race?.from(0);
  const devices = (await devicesOf(house, alice)).length;
  expect(confirmed.filter(({ status }) => status === 'fulfilled')).toHaveLength(devices);
  return devices;
}

onEachEngine((engine) => {
  test('one enrolment code over ten sign-ins confirms one device', async () => {
    house = await openHouse(engine);
    expect(await devicesFromOneCode()).toBe(1);
  });

  test('the same test catches a code that is looked up first and removed afterwards', async () => {
    const race = foundThenSaved();
    house = await openHouse(engine, race.variant);
    expect(await devicesFromOneCode(race)).toBeGreaterThan(1);
  });
});
