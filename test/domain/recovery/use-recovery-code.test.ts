import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AUDIT } from '../../../src/domain/audit/audit-codes.js';
import {
  changePassword,
  earlyNo,
  resetPassword,
  startSignIn,
  unlockUser,
  updateComponent,
  useRecoveryCode,
} from '../../../src/domain/index.js';
import { codeWait, recoveryWait } from '../../../src/domain/lockout/wait-keys.js';
import { Refusal } from '../../../src/domain/refusal.js';
import { onEachEngine } from '../../support/engines.js';
import { type House, MINUTE, openHouse, PASSWORD, type Person } from '../../support/house.js';
import { asTyped, printedCodes } from '../../support/recovery-codes.js';
import { refusal } from '../../support/refusal.js';

const NEW_PASSWORD = 'copper meadow ribbon';
const WRONG = '05-0000-0000-0000-0000';

onEachEngine((engine) => {
  let house: House;
  let alice: Person;
  let codes: readonly string[];
  beforeEach(async () => {
    house = await openHouse(engine);
    alice = await house.person('alice');
    codes = await printedCodes(house, alice);
  });
  afterEach(() => house.close());

  const challenge = async (componentId?: string): Promise<string> =>
    (await house.challenges(alice.user, 1, componentId))[0] ?? '';
  const use = (signInToken: string, text: string | undefined, componentId?: string) =>
    useRecoveryCode(house.needs)(house.call(componentId), { signInToken, code: asTyped(text) });
  const failures = async () => {
    const row = await house.reads(({ waits }) => waits.of(recoveryWait(alice.user.id), house.now()));
    return row?.failures ?? 0;
  };
  const guess = async (times: number): Promise<void> => {
    const token = await challenge();
    for (let n = 0; n < times; n++) await use(token, WRONG).catch(() => undefined);
  };
  /** What a challenge lists of recovery codes. */
  const listed = async () => {
    const verdict = await startSignIn(house.needs)(house.call(), { name: 'alice', password: PASSWORD });
    if (!verdict.proved || verdict.step.next !== 'challenge') throw new Error('expected a challenge');
    return verdict.step.factors.filter(({ kind }) => kind === 'recovery-code');
  };

  describe('a recovery code', () => {
    test('opens a session once, says how many are left, and is in the trail', async () => {
      const first = await use(await challenge(), codes[0]);
      expect(first).toMatchObject({ proved: true, codesLeft: 9, step: { next: 'session' } });
      if (!first.proved || first.step.next !== 'session') throw new Error('expected a session');
      expect(first.step.opened.session).toMatchObject({
        byRecoveryCode: true,
        secondFactor: { kind: 'recovery-code' },
      });
      expect(await use(await challenge(), codes[0])).toMatchObject({ because: 'INVALID_CODE' });
      expect(await use(await challenge(), codes[9])).toMatchObject({ proved: true, codesLeft: 8 });
      const told = house.printed.filter(({ factorKind }) => factorKind === 'recovery-code').map(({ code }) => code);
      const used = [AUDIT.RECOVERY_CODE_USED, AUDIT.SESSION_OPENED];
      expect(told).toEqual([...used, AUDIT.INVALID_CODE, ...used]);
    });

    test('under another index is wrong, and so is one of another person', async () => {
      const bobs = await printedCodes(house, await house.person('bob'));
      const moved = `02${codes[0]?.slice(2)}`;
      for (const text of [moved, bobs[0], '99-0000-0000-0000-0000'])
        expect(await use(await challenge(), text)).toMatchObject({ because: 'INVALID_CODE' });
      expect(await failures()).toBe(3);
    });

    test('is not looked at by a token of another component, another stage or no more', async () => {
      const token = await challenge();
      await expect(use(token, codes[0], 'web-ui')).rejects.toThrow(refusal('SIGN_IN_EXPIRED'));
      house.pass(5 * MINUTE);
      await expect(use(token, codes[0])).rejects.toThrow(refusal('SIGN_IN_EXPIRED'));
      expect([await failures(), await house.reads(({ recoveryCodes }) => recoveryCodes.left(alice.user.id))]).toEqual([
        0, 10,
      ]);
    });

    test('is not looked at where people may not come: the refusal does not tell whether it is right', async () => {
      const token = await challenge('web-ui');
      const caller = await house.caller(await house.administrator());
      await updateComponent(house.needs)(caller, 'web-ui', { people: 'without-mfa' });
      for (const text of [codes[0], WRONG])
        await expect(use(token, text, 'web-ui')).rejects.toThrow(refusal('MFA_REQUIRED'));
      expect(await failures()).toBe(0);
    });

    test('is not counted while the hash queue is full', async () => {
      const enter = (): never => {
        throw new Refusal('OVERLOADED', { retryAfter: 1000 });
      };
      const full = useRecoveryCode({ ...house.needs, hashQueue: { enter } });
      const attempt = { signInToken: await challenge(), code: asTyped(WRONG) };
      await expect(full(house.call(), attempt)).rejects.toThrow(refusal('OVERLOADED'));
      expect(await failures()).toBe(0);
    });

    test('costs one hash whatever its index, and a dead sign-in costs none', async () => {
      let hashes = 0;
      const counted = {
        ...house.needs,
        hashQueue: {
          enter: () => {
            const place = house.needs.hashQueue.enter();
            const count =
              <A extends unknown[], R>(made: (...args: A) => R) =>
              (...args: A): R => {
                hashes++;
                return made(...args);
              };
            return { ...place, verify: count(place.verify), verifyDecoy: count(place.verifyDecoy) };
          },
        },
      };
      const ask = async (signInToken: string, text: string | undefined) => {
        hashes = 0;
        await useRecoveryCode(counted)(house.call(), { signInToken, code: asTyped(text) }).catch(() => undefined);
        return hashes;
      };
      const token = await challenge();
      expect(await ask(token, '77-0000-0000-0000-0000')).toBe(1);
      expect(await ask(token, WRONG)).toBe(1);
      expect(await ask(token, codes[0])).toBe(1);
      expect(await ask(token, codes[1])).toBe(0);
    });
  });

  describe('wrong recovery codes', () => {
    test('start waits of their own: the sixth is told, the right one is not looked at, the sign-in stays', async () => {
      const token = await challenge();
      for (let n = 1; n <= 5; n++) expect(await use(token, WRONG)).toMatchObject({ because: 'INVALID_CODE' });
      expect(await use(token, WRONG)).toMatchObject({ because: 'LOCKED_OUT', details: { retryAfter: MINUTE } });
      await expect(use(token, codes[0])).rejects.toThrow(refusal('LOCKED_OUT'));
      const phone = await house.verifyOtp(house.call(), {
        signInToken: token,
        code: house.code(alice),
        factorId: undefined,
      });
      expect(phone).toMatchObject({ proved: true, step: { next: 'session' } });
      house.pass(MINUTE);
      expect(await use(await challenge(), codes[0])).toMatchObject({ proved: true, codesLeft: 9 });
      expect(await failures()).toBe(0);
    });

    test('get an early no, which the device does not, and which no other token is told', async () => {
      const token = await challenge();
      await guess(6);
      const early = earlyNo(house.needs);
      expect(await early.recovery(token)).toBe(MINUTE);
      expect(await early.signIn(token)).toBeUndefined();
      expect(await early.recovery(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).toBeUndefined();
      house.pass(MINUTE);
      expect(await early.recovery(token)).toBeUndefined();
      expect(await use(token, WRONG)).toMatchObject({ because: 'LOCKED_OUT' });
      expect(house.printed.findLast(({ code }) => code === AUDIT.INVALID_CODE)).toMatchObject({ unlooked: 1 });
    });

    test('never disable them: after the hundredth there is an hour to wait, and the right one is looked at', async () => {
      await house.sound(async ({ waits }) => {
        for (let n = 0; n < 150; n++) await waits.reserve(recoveryWait(alice.user.id), house.now());
      });
      const token = await challenge();
      expect(await use(token, WRONG)).toMatchObject({ because: 'LOCKED_OUT', details: { retryAfter: 60 * MINUTE } });
      house.pass(60 * MINUTE);
      expect(await use(await challenge(), codes[0])).toMatchObject({ proved: true });
    });

    test('leave the device alone, and a waiting or disabled device leaves them alone', async () => {
      await guess(6);
      expect(await listed()).toMatchObject([{ factorId: '', usable: false, retryAt: house.now() + MINUTE }]);
      house.pass(MINUTE);
      await house.sound(async ({ waits }) => {
        for (let n = 0; n < 100; n++) await waits.reserve(codeWait(alice.user.id), house.now());
        await waits.keep(codeWait(alice.user.id), house.now());
      });
      expect(await listed()).toMatchObject([{ factorId: '', usable: true, retryAt: undefined }]);
      expect(await use(await challenge(), codes[3])).toMatchObject({ proved: true, step: { next: 'session' } });
    });

    test('are forgotten when an administrator unlocks their owner', async () => {
      await guess(6);
      await unlockUser(house.needs)(await house.caller(await house.administrator()), alice.user.id);
      expect(await use(await challenge(), codes[0])).toMatchObject({ proved: true });
    });
  });

  test('a wait that started meanwhile keeps a session shut that a recovery code had almost opened', async () => {
    const caller = await house.caller(await house.administrator());
    const { oneTimePassword } = await resetPassword(house.needs)(caller, alice.user.id);
    const started = async (): Promise<string> => {
      const verdict = await startSignIn(house.needs)(house.call(), { name: 'alice', password: oneTimePassword });
      if (!verdict.proved || verdict.step.next !== 'challenge') throw new Error('expected a challenge');
      return verdict.step.token;
    };
    const verdict = await use(await started(), codes[0]);
    if (!verdict.proved || verdict.step.next !== 'password_change') throw new Error('expected a password change');
    const { token } = verdict.step;
    const other = await started();
    for (let n = 0; n < 6; n++) await use(other, WRONG);
    const change = () => changePassword(house.needs)(house.call(), { signInToken: token, newPassword: NEW_PASSWORD });
    await expect(change()).rejects.toThrow(refusal('LOCKED_OUT'));
    house.pass(MINUTE);
    expect(await change()).toMatchObject({ step: { next: 'session', opened: { session: { byRecoveryCode: true } } } });
  });

  test('the challenge lists no recovery codes once all are used up', async () => {
    await house.sound(({ recoveryCodes }) => recoveryCodes.removeAll(alice.user.id));
    expect(await listed()).toEqual([]);
  });
});
