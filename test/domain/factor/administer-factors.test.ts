import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/domain/call.js';
import * as domain from '../../../src/domain/index.js';
import { addDevice, devicesOf, disableCodes, firstDevice, leaveRecoveryCode } from '../../support/devices.js';
import { onEachEngine } from '../../support/engines.js';
import { type House, MINUTE, openHouse, type Person } from '../../support/house.js';
import { refusal } from '../../support/refusal.js';
import { NOBODY } from '../administration/office.js';

let house: House;
let root: Person;
let caller: Caller;
let alice: Person;
let phone: string;

type Act = (userId: string, factorId: string, by?: Caller) => Promise<unknown>;
const suspend = (userId: string, factorId: string, by = caller) =>
  domain.suspendUserFactor(house.needs)(by, userId, factorId);
const resume = (userId: string, factorId: string, by = caller) =>
  domain.resumeUserFactor(house.needs)(by, userId, factorId);
const remove = (userId: string, factorId: string, by = caller) =>
  domain.removeUserFactor(house.needs)(by, userId, factorId);
const list = (userId: string) => domain.listUserFactors(house.needs)(caller, userId);

const EACH: readonly [string, Act][] = [
  ['suspended', suspend],
  ['resumed', resume],
  ['removed', remove],
];

onEachEngine((engine) => {
  beforeEach(async () => {
    house = await openHouse(engine);
    root = await house.administrator();
    caller = await house.caller(root);
    alice = await house.person('alice');
    phone = await firstDevice(house, alice);
  });
  afterEach(() => house.close());

  describe("a user's device", () => {
    test.each(EACH)('is %s with a fresh proof, by who may, on others and below oneself only', async (_done, act) => {
      await expect(act(NOBODY, phone)).rejects.toThrow(refusal('NOT_FOUND'));
      await expect(act(alice.user.id, NOBODY)).rejects.toThrow(refusal('NOT_FOUND'));
      await expect(act(alice.user.id, await firstDevice(house, root))).rejects.toThrow(refusal('NOT_FOUND'));
      await expect(act(root.user.id, await firstDevice(house, root))).rejects.toThrow(refusal('NOT_ON_YOURSELF'));
      const guard = await house.person('guard', { roles: ['security-administrator'] });
      const below = act(alice.user.id, phone, await house.caller(guard));
      await expect(below).rejects.toThrow(refusal('PERMISSION_MISSING'));
      house.pass(10 * MINUTE + 1);
      await expect(act(alice.user.id, phone)).rejects.toThrow(refusal('STEP_UP_REQUIRED'));
    });

    test.each([
      ['suspended', suspend, 'FACTOR_SUSPENDED', 1],
      ['removed', remove, 'FACTOR_REMOVED', 0],
    ] as const)('is %s, and all that its owner has open ends', async (_done, act, code, left) => {
      const tablet = await addDevice(house, alice);
      const [session, own] = [await house.session(tablet), await house.session(alice)];
      const [signInToken = ''] = await house.challenges(alice.user, 1);

      await act(alice.user.id, tablet.id);

      const event = { code, actor: root.user.id, subject: alice.user.id, factorKind: 'totp', outcome: 'success' };
      expect(house.printed.at(-1)).toMatchObject(event);
      for (const token of [session, own]) expect(await house.readActiveSession({ token })).toBeUndefined();
      const late = house.verifyOtp(house.call(), { signInToken, code: house.code(alice), factorId: undefined });
      await expect(late).rejects.toThrow(refusal('SIGN_IN_EXPIRED'));
      expect((await devicesOf(house, alice)).filter(({ suspended }) => suspended)).toHaveLength(left);
    });

    test('is resumed by an administrator: it proves again, and nothing ends by that', async () => {
      const tablet = await addDevice(house, alice, { suspended: true });
      const session = await house.session(alice);

      expect(await resume(alice.user.id, tablet.id)).toMatchObject({ state: 'active' });

      expect(house.printed.at(-1)).toMatchObject({ code: 'FACTOR_RESUMED', subject: alice.user.id });
      expect(await house.readActiveSession({ token: session })).toBeDefined();
      expect(await house.readActiveSession({ token: await house.session(tablet) })).toBeDefined();
    });

    test('is listed with its state and the recovery codes that are left, by who may read users', async () => {
      await addDevice(house, alice, { suspended: true });
      await leaveRecoveryCode(house, alice);
      const asked = await list(alice.user.id);
      expect(asked.factors.map(({ state }) => state)).toEqual(['active', 'suspended']);
      expect(asked.recoveryCodesLeft).toBe(1);
      await expect(list(NOBODY)).rejects.toThrow(refusal('NOT_FOUND'));
    });
  });

  describe("a user's last usable device", () => {
    test('is suspended by an administrator without a recovery code; its owner stays enrolled', async () => {
      expect(await suspend(alice.user.id, phone)).toMatchObject({ state: 'suspended' });
      const user = await house.reads(({ users }) => users.byId(alice.user.id));
      expect(user?.enrolledAt).toBeDefined();
    });

    test('is not removed but by a reset', async () => {
      await addDevice(house, alice, { suspended: true });
      await leaveRecoveryCode(house, alice);
      await expect(remove(alice.user.id, phone)).rejects.toThrow(refusal('LAST_FACTOR'));
      expect(await devicesOf(house, alice)).toHaveLength(2);
    });

    test('is none that is suspended or disabled', async () => {
      const { id } = await addDevice(house, alice, { suspended: true });
      await remove(alice.user.id, id);
      await disableCodes(house, alice);
      await remove(alice.user.id, phone);
      expect(await devicesOf(house, alice)).toEqual([]);
    });

    test('of the only administrator able to sign in again is not suspended', async () => {
      const other = await house.administrator('other');
      const [own, others] = [await firstDevice(house, root), await firstDevice(house, other)];
      await house.sound(({ factors }) => factors.suspend(own));
      const session = await house.session(other);

      await expect(suspend(other.user.id, others)).rejects.toThrow(refusal('LAST_ADMINISTRATOR'));

      expect(await house.readActiveSession({ token: session })).toBeDefined();
      expect(await devicesOf(house, other)).toMatchObject([{ suspended: false }]);
    });
  });
});
