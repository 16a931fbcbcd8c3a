import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/domain/call.js';
import * as domain from '../../../src/domain/index.js';
import { addDevice, devicesOf, disableCodes, firstDevice, leaveRecoveryCode } from '../../support/devices.js';
import { onEachEngine } from '../../support/engines.js';
import { type House, MINUTE, openHouse, type Person } from '../../support/house.js';
import { refusal } from '../../support/refusal.js';

let house: House;
let alice: Person;
let phone: string;
let caller: Caller;

const rename = (id: string, label: string, by = caller) => domain.renameFactor(house.needs)(by, id, label);
const suspend = (id: string, by = caller) => domain.suspendFactor(house.needs)(by, id);
const remove = (id: string, by = caller) => domain.removeFactor(house.needs)(by, id);
const list = (by = caller) => domain.listFactors(house.needs)(by);
const switchMfa = (on: boolean) => house.sound(({ policy }) => policy.update({ on }));
const statesOf = async (by = caller) => (await list(by)).factors.map(({ factor, state }) => `${factor.label} ${state}`);
const lastEvent = () => house.printed.at(-1);

onEachEngine((engine) => {
  beforeEach(async () => {
    house = await openHouse(engine);
    alice = await house.person('alice');
    phone = await firstDevice(house, alice);
    caller = await house.caller(alice);
  });
  afterEach(() => house.close());

  describe("one's own devices", () => {
    test('are listed oldest first, with how many recovery codes are left', async () => {
      await addDevice(house, alice, { suspended: true });
      await leaveRecoveryCode(house, alice);

      expect(await statesOf()).toEqual(['phone active', 'tablet suspended']);
      expect(await list()).toMatchObject({ recoveryCodesLeft: 1, factors: [{ factor: { id: phone } }, {}] });
    });

    test('are told disabled after a hundred wrong codes, all but the suspended ones', async () => {
      await addDevice(house, alice, { suspended: true });
      await disableCodes(house, alice);
      expect(await statesOf()).toEqual(['phone disabled', 'tablet suspended']);
    });

    test('are renamed, and nothing ends by that', async () => {
      const other = await house.caller(alice);

      expect(await rename(phone, 'old phone')).toMatchObject({ factor: { label: 'old phone' }, state: 'active' });

      expect(await statesOf(other)).toEqual(['old phone active']);
      expect(lastEvent()).toMatchObject({ code: 'FACTOR_RENAMED', subject: alice.user.id, factorKind: 'totp' });
      await expect(rename(phone, 'the other session holds', other)).resolves.toBeDefined();
    });

    test.each([
      ['renamed', (id: string) => rename(id, 'x')],
      ['suspended', (id: string) => suspend(id)],
      ['removed', (id: string) => remove(id)],
    ])('are %s with a fresh proof only, and not by others', async (_done, act) => {
      const bobs = await firstDevice(house, await house.person('bob'));
      await expect(act(bobs)).rejects.toThrow(refusal('NOT_FOUND'));
      house.pass(10 * MINUTE + 1);
      await expect(act(phone)).rejects.toThrow(refusal('STEP_UP_REQUIRED'));
    });

    test('once suspended are renamed no more', async () => {
      const { id } = await addDevice(house, alice, { suspended: true });
      await expect(rename(id, 'x')).rejects.toThrow(refusal('FIELDS_INVALID'));
    });
  });

  describe.each([
    [
      'suspended',
      (id: string) => suspend(id).then(({ opened }) => opened),
      'FACTOR_SUSPENDED',
      ['tablet suspended', 'phone active'],
    ],
    ['removed', (id: string) => remove(id), 'FACTOR_REMOVED', ['phone active']],
  ] as const)('a lost device is %s', (_done, act, code, left) => {
    test('at once: its codes open nothing, and all that is open elsewhere ends', async () => {
      const tablet = await addDevice(house, alice);
      const other = await house.session(tablet);
      const [signInToken = ''] = await house.challenges(alice.user, 1);
      house.pass(30_000);

      await act(tablet.id);

      expect(lastEvent()).toMatchObject({ code, subject: alice.user.id, actor: alice.user.id });
      expect(await house.readActiveSession({ token: other })).toBeUndefined();
      const late = house.verifyOtp(house.call(), { signInToken, code: house.code(alice), factorId: undefined });
      await expect(late).rejects.toThrow(refusal('SIGN_IN_EXPIRED'));
      const [afterwards = ''] = await house.challenges(await userNow(), 1);
      const attempt = { signInToken: afterwards, code: house.code(tablet), factorId: undefined };
      expect(await house.verifyOtp(house.call(), attempt)).toMatchObject({ proved: false, because: 'INVALID_CODE' });
    });

    test('and the session it was done in goes on under a new token, as it was', async () => {
      const tablet = await addDevice(house, alice);
      const { session } = caller.active;

      const opened = await act(tablet.id);

      const active = await house.readActiveSession({ token: opened.token });
      expect(active?.session).toEqual({
        ...session,
        token: opened.session.token,
        securityVersion: session.securityVersion + 1,
        lastSeenAt: house.now(),
      });
      await expect(act(tablet.id)).rejects.toThrow(refusal('SESSION_REQUIRED'));
      const own = { ...caller, active: active as Caller['active'] };
      expect((await statesOf(own)).sort()).toEqual([...left].sort());
    });
  });

  describe('the last usable device', () => {
    test.each([
      ['on', true],
      ['off', false],
    ])('cannot be removed while MFA is %s, whatever else is there', async (_switch, on) => {
      await switchMfa(on);
      await addDevice(house, alice, { suspended: true });
      await leaveRecoveryCode(house, alice);

      await expect(remove(phone)).rejects.toThrow(refusal('LAST_FACTOR'));
      expect(await statesOf()).toEqual(['phone active', 'tablet suspended']);
    });

    test('can be replaced: another one is added, then it goes', async () => {
      await addDevice(house, alice);
      await remove(phone);
      expect((await devicesOf(house, alice)).map(({ label }) => label)).toEqual(['tablet']);
    });

    test('is suspended by its owner only while a recovery code is left', async () => {
      await expect(suspend(phone)).rejects.toThrow(refusal('LAST_FACTOR'));
      await leaveRecoveryCode(house, alice);
      expect(await suspend(phone)).toMatchObject({ view: { state: 'suspended' } });
      expect((await userNow()).enrolledAt).toBeDefined();
    });

    test('is none that waits: a wait passes by itself', async () => {
      await house.sound(async ({ waits }) => {
        const key = { subject: Buffer.from(alice.user.id), kind: 'code' } as const;
        for (let failure = 1; failure <= 20; failure++) await waits.reserve(key, house.now());
        await waits.keep(key, house.now());
      });
      await expect(remove(phone)).rejects.toThrow(refusal('LAST_FACTOR'));
    });

    test('is none that is disabled: what proves nothing may go', async () => {
      await disableCodes(house, alice);
      await remove(phone);
      expect(await devicesOf(house, alice)).toEqual([]);
      expect((await userNow()).enrolledAt).toBeDefined();
    });
  });

  test('a suspended device can always be removed, also when none is usable', async () => {
    const { id } = await addDevice(house, alice, { suspended: true });
    await house.sound(({ factors }) => factors.suspend(phone));
    await remove(id);
    expect(await statesOf()).toEqual(['phone suspended']);
  });

  test('a session opened by a recovery code may change devices', async () => {
    const byRecoveryCode = {
      ...caller.active.session,
      byRecoveryCode: true,
      secondFactor: { kind: 'recovery-code', at: house.now(), factorId: undefined, enrolledAt: undefined } as const,
    };
    const own = { ...caller, active: { ...caller.active, session: byRecoveryCode } };
    await expect(rename(phone, 'x', own)).resolves.toBeDefined();
  });

  describe('the only administrator', () => {
    let root: Person;
    let own: Caller;
    beforeEach(async () => {
      root = await house.administrator();
      own = await house.caller(root);
      await leaveRecoveryCode(house, root);
    });

    test('does not suspend the device that keeps somebody able to sign in, and replaces it instead', async () => {
      const lost = await firstDevice(house, root);
      await expect(suspend(lost, own)).rejects.toThrow(refusal('LAST_ADMINISTRATOR'));
      await addDevice(house, root);
      await expect(suspend(lost, own)).resolves.toBeDefined();
    });

    test('suspends it while another one is able to sign in', async () => {
      await house.administrator('second');
      await expect(suspend(await firstDevice(house, root), own)).resolves.toBeDefined();
    });

    test('suspends it while nobody is asked for a device', async () => {
      await switchMfa(false);
      await expect(suspend(await firstDevice(house, root), own)).resolves.toBeDefined();
    });
  });
});

const userNow = async () => {
  const user = await house.reads(({ users }) => users.byId(alice.user.id));
  if (!user) throw new Error('alice is gone');
  return user;
};
