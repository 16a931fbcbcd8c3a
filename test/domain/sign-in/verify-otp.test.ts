import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AUDIT } from '../../../src/domain/audit/audit-codes.js';
import { endSession, startSignIn, updateMfaPolicy } from '../../../src/domain/index.js';
import { codeWait } from '../../../src/domain/lockout/wait-keys.js';
import { type House, MINUTE, openHouse, PASSWORD, type Person } from '../../support/house.js';
import { refusal } from '../../support/refusal.js';

const DAY = 24 * 60 * MINUTE;

let house: House;
let alice: Person;
beforeEach(async () => {
  house = await openHouse('sqlite');
  alice = await house.person('alice');
});
afterEach(() => house.close());

const challenge = async (component = 'console'): Promise<string> =>
  (await house.challenges(alice.user, 1, component))[0] ?? '';
const verify = (signInToken: string, code: string, component = 'console') =>
  house.verifyOtp(house.call(component), { signInToken, code, factorId: undefined });

describe('a right code', () => {
  test('opens a session that says what was proved', async () => {
    const verdict = await verify(await challenge(), house.code(alice));
    expect(verdict).toMatchObject({
      step: { next: 'session', opened: { session: { secondFactor: { kind: 'totp', at: house.now() } } } },
    });
  });

  test.each([-1, 0, 1])('is accepted one step around now: %i', async (ahead) => {
    expect(await verify(await challenge(), house.code(alice, ahead))).toMatchObject({ proved: true });
  });

  test.each([-2, 2])('is refused two steps away: %i', async (ahead) => {
    expect(await verify(await challenge(), house.code(alice, ahead))).toMatchObject({ because: 'INVALID_CODE' });
  });

  test('is accepted once, and none at or below it afterwards, without counting', async () => {
    await verify(await challenge(), house.code(alice, 1));
    for (const ahead of [1, 0, -1]) {
      const verdict = await verify(await challenge(), house.code(alice, ahead));
      expect(verdict).toMatchObject({ because: 'INVALID_CODE', details: { metadata: { hint: 'CODE_ALREADY_USED' } } });
    }
    const row = await house.reads(({ waits }) => waits.of(codeWait(alice.user.id), house.now()));
    expect(row?.failures).toBe(0);
    expect(house.printed.filter(({ code }) => code === AUDIT.CODE_ALREADY_USED)).toHaveLength(3);
  });

  test('that was used says when the next one begins', async () => {
    await verify(await challenge(), house.code(alice));
    const verdict = await verify(await challenge(), house.code(alice));
    const left = 30_000 - (house.now() % 30_000);
    expect(verdict).toMatchObject({ details: { retryAfter: left } });
  });
});

describe('a wrong code', () => {
  test('leaves its token usable; the sixth starts a wait that ends every sign-in and refuses the right code', async () => {
    const other = await challenge();
    const token = await challenge();
    const wrong = house.wrongCode(alice);
    for (let n = 1; n <= 5; n++) expect(await verify(token, wrong)).toMatchObject({ because: 'INVALID_CODE' });
    expect(await verify(token, wrong)).toMatchObject({ because: 'LOCKED_OUT', details: { retryAfter: MINUTE } });
    await expect(verify(other, house.code(alice))).rejects.toThrow(refusal('SIGN_IN_EXPIRED'));
    const fresh = await challenge();
    await expect(verify(fresh, house.code(alice))).rejects.toThrow(refusal('LOCKED_OUT'));
    house.pass(MINUTE);
    expect(await verify(await challenge(), house.code(alice))).toMatchObject({ proved: true });
  });

  test('five and a right sixth opens a session and starts again', async () => {
    const token = await challenge();
    for (let n = 1; n <= 5; n++) await verify(token, house.wrongCode(alice));
    expect(await verify(token, house.code(alice))).toMatchObject({ proved: true });
    const row = await house.reads(({ waits }) => waits.of(codeWait(alice.user.id), house.now()));
    expect(row?.failures).toBe(0);
  });

  test('is counted in a budget that success does not clear: 300 in thirty days disable the codes', async () => {
    for (let n = 1; n <= 299; n++) {
      await verify(await challenge(), house.wrongCode(alice));
      house.pass(MINUTE);
      await verify(await challenge(), house.code(alice));
    }
    expect(await verify(await challenge(), house.wrongCode(alice))).toMatchObject({
      because: 'LOCKED_OUT',
      details: { retryAfter: 60 * MINUTE },
    });
    house.pass(DAY);
    await expect(verify(await challenge(), house.code(alice))).rejects.toThrow(refusal('LOCKED_OUT'));
  }, 60_000);
});

describe('a sign-in', () => {
  test('ends after five minutes', async () => {
    const token = await challenge();
    house.pass(5 * MINUTE);
    await expect(verify(token, house.code(alice))).rejects.toThrow(refusal('SIGN_IN_EXPIRED'));
  });

  test('is unknown to another component, and after it was used', async () => {
    const token = await challenge('console');
    await expect(verify(token, house.code(alice), 'web-ui')).rejects.toThrow(refusal('SIGN_IN_EXPIRED'));
    await verify(token, house.code(alice));
    await expect(verify(token, house.code(alice))).rejects.toThrow(refusal('SIGN_IN_EXPIRED'));
  });

  test.each(['', 'x', 'ssi_', 'cut', 'case', 'longer'])('is named by its whole token only: %s', async (how) => {
    const token = await challenge();
    const spelt = { cut: token.slice(0, -1), case: token.toUpperCase(), longer: `${token}A` }[how] ?? how;
    await expect(verify(spelt, house.code(alice))).rejects.toThrow(refusal('SIGN_IN_EXPIRED'));
  });

  test('begun before its user ended all sessions is dead', async () => {
    const caller = await house.caller(alice);
    const token = await challenge();
    await endSession(house.needs)(caller, { which: 'all' });
    house.pass(30_000);
    await expect(verify(token, house.code(alice))).rejects.toThrow(refusal('SIGN_IN_EXPIRED'));
  });

  test('through a component that no longer admits people is refused before the code is looked at', async () => {
    const token = await challenge();
    await house.sound(({ components }) => components.update('console', { people: 'never' }));
    const before = house.looks();
    await expect(verify(token, house.code(alice))).rejects.toThrow(refusal('COMPONENT_REFUSED'));
    expect(house.looks()).toBe(before);
  });
});

describe('a session', () => {
  test('dies idle, and by age, whatever happens in it', async () => {
    const token = await house.session(alice);
    house.pass(30 * MINUTE - 1);
    expect(await house.readActiveSession({ token })).toBeDefined();
    for (let n = 0; n < 24; n++) {
      house.pass(29 * MINUTE);
      await house.readActiveSession({ token });
    }
    house.pass(29 * MINUTE);
    expect(await house.readActiveSession({ token })).toBeUndefined();
    const idle = await house.session(alice);
    house.pass(30 * MINUTE);
    expect(await house.readActiveSession({ token: idle })).toBeUndefined();
  });

  test('is not kept alive by a passive question', async () => {
    const token = await house.session(alice);
    house.pass(20 * MINUTE);
    await house.readActiveSession({ token, passive: true });
    house.pass(10 * MINUTE);
    expect(await house.readActiveSession({ token })).toBeUndefined();
  });

  test('opened by a password alone is inactive once MFA is switched on', async () => {
    const root = await house.administrator();
    const policy = updateMfaPolicy(house.needs);
    await policy(await house.caller(root), { on: false }, false);
    const verdict = await startSignIn(house.needs)(house.call(), { name: 'alice', password: PASSWORD });
    if (!verdict.proved || verdict.step.next !== 'session') throw new Error('no session');
    const { token } = verdict.step.opened;
    expect(await house.readActiveSession({ token })).toBeDefined();
    await policy(await house.caller(root), { on: true }, false);
    expect(await house.readActiveSession({ token })).toBeUndefined();
  });

  test('never numbers more than a hundred a user; the oldest goes first', async () => {
    const first = await house.session(alice);
    for (let n = 1; n <= 99; n++) await house.session(alice);
    const count = () =>
      house.reads(({ sessions }) =>
        sessions.list({ userId: alice.user.id, now: 0, seenAfter: 0 }, { limit: 200, after: undefined }),
      );
    expect(await count()).toHaveLength(100);
    await house.session(alice);
    expect(await count()).toHaveLength(100);
    expect(await house.readActiveSession({ token: first })).toBeUndefined();
  });
});
