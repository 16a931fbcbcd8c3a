import { afterEach, beforeEach, expect, test } from 'vitest';
import * as domain from '../../../src/domain/index.js';
import { codeWait, recoveryWait } from '../../../src/domain/lockout/wait-keys.js';
import { devicesOf } from '../../support/devices.js';
import { addToken, type HardwareToken } from '../../support/hardware-token.js';
import { type House, openHouse, PASSWORD, type Person, SHAPE } from '../../support/house.js';

let house: House;
let alice: Person;
let token: HardwareToken;
let trusted: boolean;
let needs: House['needs'];
beforeEach(async () => {
  house = await openHouse('sqlite');
  alice = await house.person('alice');
  token = await addToken(house, alice);
  trusted = false;
  needs = { ...house.needs, clockTrusted: () => trusted };
});
afterEach(() => house.close());

const challenge = async (): Promise<string> => (await house.challenges(alice.user, 1))[0] ?? '';

const DOORS: readonly [string, () => Promise<unknown>][] = [
  ['StartSignIn', () => domain.startSignIn(needs)(house.call(), { name: 'alice', password: PASSWORD })],
  [
    'VerifyOtp',
    async () =>
      domain.verifyOtp(needs)(house.call(), {
        signInToken: await challenge(),
        code: house.code(alice),
        factorId: undefined,
      }),
  ],
  [
    'ResyncFactor',
    async () =>
      domain.resyncFactor(needs)(house.call(), {
        token: { signInToken: await challenge() },
        factorId: token.id,
        first: token.at(10),
        second: token.at(11),
      }),
  ],
  [
    'UseRecoveryCode',
    async () =>
      domain.useRecoveryCode(needs)(house.call(), {
        signInToken: await challenge(),
        code: { position: 1, secret: '0000000000000000' },
      }),
  ],
  [
    'SignInServiceAccount',
    () => domain.signInServiceAccount(needs)(house.call('local'), { name: 'alice', secret: PASSWORD }),
  ],
  [
    'Reauthenticate',
    async () =>
      domain.reauthenticate(needs)(await house.caller(alice), {
        code: { code: house.code(alice, 1), factorId: undefined },
      }),
  ],
  [
    'Reauthenticate by password',
    async () => {
      const [caller, { user }] = [await house.caller(alice), await house.person('ben', { enrolled: false })];
      const asBen = { ...caller, active: { ...caller.active, user } };
      return domain.reauthenticate(needs)(asBen, { password: 'not the password' });
    },
  ],
  [
    'ChangePassword',
    async () => {
      const caller = await house.caller(alice);
      const passwords = { currentPassword: 'not the password', newPassword: 'a much better one 7' };
      return domain.changePassword(needs)(caller, { caller, ...passwords });
    },
  ],
  [
    'ChangePassword of one that is due',
    async () => {
      const due = { signInToken: await challenge(), newPassword: 'a much better one 7' };
      return domain.changePassword(needs)(house.call(), due);
    },
  ],
  [
    'BeginEnrollment with a code',
    async () => {
      const caller = await house.caller(alice);
      const asked = { token: { caller }, enrollmentCode: '0000000000000000', label: 'tablet', shape: SHAPE };
      return domain.beginEnrollment(needs)(caller, asked);
    },
  ],
  [
    'ConfirmEnrollment',
    async () => {
      const caller = await house.caller(alice);
      const asked = { token: { caller }, enrollmentCode: undefined, label: 'tablet', shape: SHAPE };
      await domain.beginEnrollment(needs)(caller, asked);
      return domain.confirmEnrollment(needs)(caller, { token: { caller }, code: '000000' });
    },
  ],
];

test.each(DOORS)('while the clock is not trusted %s looks at nothing and counts nothing', async (_name, knock) => {
  const printed = house.printed.length;
  await expect(knock()).rejects.toMatchObject({ reason: 'BACKEND_UNAVAILABLE', details: { retryAfter: 10_000 } });
  for (const key of [codeWait(alice.user.id), recoveryWait(alice.user.id)])
    expect((await house.reads(({ waits }) => waits.of(key, house.now())))?.failures ?? 0).toBe(0);
  expect((await devicesOf(house, alice)).find(({ id }) => id === token.id)?.lastStep).toBe(-1);
  const failures = house.printed.slice(printed).filter(({ outcome }) => outcome === 'failure');
  expect(failures).toEqual([]);
});

test('once it is trusted again the same code, which nobody looked at, is right', async () => {
  const typed = { signInToken: await challenge(), code: house.code(alice), factorId: undefined };
  await expect(domain.verifyOtp(needs)(house.call(), typed)).rejects.toMatchObject({ reason: 'BACKEND_UNAVAILABLE' });
  trusted = true;
  expect(await domain.verifyOtp(needs)(house.call(), typed)).toMatchObject({ proved: true });
});

test('an open session stays open meanwhile', async () => {
  const session = await house.session(alice);
  expect(await domain.readActiveSession(needs)({ token: session })).toBeDefined();
});
