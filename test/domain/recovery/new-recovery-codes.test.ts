import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AUDIT } from '../../../src/domain/audit/audit-codes.js';
import type { Caller } from '../../../src/domain/call.js';
import {
  beginEnrollment,
  confirmEnrollment,
  regenerateRecoveryCodes,
  resetMfa,
  startSignIn,
  useRecoveryCode,
} from '../../../src/domain/index.js';
import { fromBase32 } from '../../support/base32.js';
import { onEachEngine } from '../../support/engines.js';
import { type House, MINUTE, openHouse, PASSWORD, type Person, SHAPE } from '../../support/house.js';
import { asTyped, printedCodes } from '../../support/recovery-codes.js';
import { refusal } from '../../support/refusal.js';

const PRINTED = /^\d\d(-[0-9A-HJKMNP-TV-Z]{4}){4}$/;

onEachEngine((engine) => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse(engine);
  });
  afterEach(() => house.close());

  const left = (userId: string) => house.reads(({ recoveryCodes }) => recoveryCodes.left(userId));
  const regenerate = (caller: Caller) => regenerateRecoveryCodes(house.needs)(caller);
  const use = async ({ user }: Person, text: string | undefined) => {
    const [signInToken = ''] = await house.challenges(user, 1);
    return useRecoveryCode(house.needs)(house.call(), { signInToken, code: asTyped(text) });
  };
  /** A caller whose session a recovery code opened. */
  const recovered = async (who: Person, text: string | undefined): Promise<Caller> => {
    const verdict = await use(who, text);
    if (!verdict.proved || verdict.step.next !== 'session') throw new Error('expected a session');
    const active = await house.readActiveSession({ token: verdict.step.opened.token });
    if (!active) throw new Error('the session does not hold');
    return { ...house.call(), active };
  };
  const shown = async (token: { signInToken: string } | { caller: Caller }): Promise<Person['secret']> => {
    const call = 'caller' in token ? token.caller : house.call();
    const verdict = await beginEnrollment(house.needs)(call, {
      token,
      enrollmentCode: undefined,
      label: 'phone',
      shape: SHAPE,
    });
    if (!verdict.proved) throw new Error(verdict.because);
    return fromBase32(verdict.shown.secret);
  };
  const confirm = (token: { signInToken: string } | { caller: Caller }, secret: Uint8Array) =>
    confirmEnrollment(house.needs)('caller' in token ? token.caller : house.call(), {
      token,
      code: house.code({ secret } as Person),
    });

  describe('a first enrolment', () => {
    const atEnrollment = async (): Promise<{ signInToken: string }> => {
      const verdict = await startSignIn(house.needs)(house.call(), { name: 'alice', password: PASSWORD });
      if (!verdict.proved || verdict.step.next !== 'enrollment') throw new Error('expected enrolment');
      return { signInToken: verdict.step.token };
    };

    test('hands out ten codes, each of them right once', async () => {
      const alice = await house.person('alice', { enrolled: false });
      const token = await atEnrollment();
      const confirmed = await confirm(token, await shown(token));
      if (!confirmed.proved) throw new Error(confirmed.because);
      const { recoveryCodes } = confirmed;
      expect(new Set(recoveryCodes.map((text) => PRINTED.test(text) && text.slice(0, 2)))).toEqual(
        new Set(['01', '02', '03', '04', '05', '06', '07', '08', '09', '10']),
      );
      expect(await use(alice, recoveryCodes[9])).toMatchObject({ proved: true, codesLeft: 9 });
      const made = house.printed.filter(({ code }) => code === AUDIT.RECOVERY_CODES_CREATED);
      expect(made).toMatchObject([{ subject: alice.user.id }]);
    });

    test('makes no hash for a wrong code', async () => {
      await house.person('alice', { enrolled: false });
      const token = await atEnrollment();
      await shown(token);
      const hashQueue = { enter: () => expect.unreachable() };
      const careful = confirmEnrollment({ ...house.needs, hashQueue });
      expect(await careful(house.call(), { token, code: '000000' })).toMatchObject({ because: 'INVALID_CODE' });
    });

    test('is refused while the hash queue is full, and goes on with the same code', async () => {
      await house.person('alice', { enrolled: false });
      const token = await atEnrollment();
      const secret = await shown(token);
      const places = Array.from({ length: 1000 }, () => house.needs.hashQueue.enter());
      await expect(confirm(token, secret)).rejects.toThrow(refusal('OVERLOADED'));
      for (const place of places) place.leave();
      expect(await confirm(token, secret)).toMatchObject({ proved: true, step: { next: 'session' } });
    });
  });

  test('another device brings new codes only when none is left', async () => {
    const alice = await house.person('alice');
    const codes = await printedCodes(house, alice);
    const caller = await house.caller(alice);
    expect(await confirm({ caller }, await shown({ caller }))).toMatchObject({ proved: true, recoveryCodes: [] });
    expect(await use(alice, codes[0])).toMatchObject({ proved: true });
    await house.sound(({ recoveryCodes }) => recoveryCodes.removeAll(alice.user.id));
    const third = await confirm({ caller }, await shown({ caller }));
    expect(third.proved && third.recoveryCodes).toHaveLength(10);
  });

  describe('regenerating', () => {
    test('kills the old set, answers ten new ones, and is in the trail', async () => {
      const alice = await house.person('alice');
      const old = await printedCodes(house, alice);
      const fresh = await regenerate(await house.caller(alice));
      expect(fresh).toHaveLength(10);
      for (const text of [old[0], old[9]]) expect(await use(alice, text)).toMatchObject({ because: 'INVALID_CODE' });
      expect(await use(alice, fresh[0])).toMatchObject({ proved: true, codesLeft: 9 });
      expect(house.printed.filter(({ code }) => code === AUDIT.RECOVERY_CODES_CREATED)).toHaveLength(1);
    });

    test('needs a fresh proof, before any hash is made', async () => {
      const alice = await house.person('alice');
      const caller = await house.caller(alice);
      house.pass(10 * MINUTE + 1);
      const hashQueue = { enter: () => expect.unreachable() };
      const careful = regenerateRecoveryCodes({ ...house.needs, hashQueue });
      await expect(careful(caller)).rejects.toThrow(refusal('STEP_UP_REQUIRED'));
      expect(await left(alice.user.id)).toBe(0);
    });

    test('needs a device: codes made before the first one would outlive its enrolment', async () => {
      const alice = await house.person('alice');
      const caller = await house.caller(alice);
      const { active } = caller;
      const without = { ...caller, active: { ...active, user: { ...active.user, enrolledAt: undefined } } };
      await expect(regenerate(without)).rejects.toThrow(refusal('ENROLL_FIRST'));
    });

    test('goes no further once the session ended meanwhile', async () => {
      const alice = await house.person('alice');
      const caller = await house.caller(alice);
      await house.sound(({ users }) => users.raiseSecurityVersion(alice.user.id));
      await expect(regenerate(caller)).rejects.toThrow(refusal('SESSION_REQUIRED'));
      expect(await left(alice.user.id)).toBe(0);
    });

    test('is open to a session that a recovery code opened', async () => {
      const alice = await house.person('alice');
      const codes = await printedCodes(house, alice);
      expect(await regenerate(await recovered(alice, codes[0]))).toHaveLength(10);
    });
  });

  test('a reset takes the recovery codes with the devices', async () => {
    const alice = await house.person('alice');
    await printedCodes(house, alice);
    await resetMfa(house.needs)(await house.caller(await house.administrator()), alice.user.id);
    expect(await left(alice.user.id)).toBe(0);
  });
});
