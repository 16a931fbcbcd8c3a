import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AUDIT } from '../../../src/domain/audit/audit-codes.js';
import { changePassword, expireSignIns, startSignIn, updateMfaPolicy } from '../../../src/domain/index.js';
import { type House, MINUTE, openHouse, PASSWORD } from '../../support/house.js';
import { refusal } from '../../support/refusal.js';

const HOUR = 60 * MINUTE;

let house: House;
beforeEach(async () => {
  house = await openHouse('sqlite');
});
afterEach(() => house.close());

const start = (name: string, password = PASSWORD, component = 'console') =>
  startSignIn(house.needs)(house.call(component), { name, password });

const events = (code: string) => house.printed.filter((event) => event.code === code);

/** Switches MFA off by an administrator made for it. */
async function mfaOff(): Promise<void> {
  const caller = await house.caller(await house.administrator());
  await updateMfaPolicy(house.needs)(caller, { on: false }, false);
}

describe('what comes after a right password', () => {
  test('a challenge that lists the phone, for who is enrolled', async () => {
    await house.person('alice');
    const verdict = await start('alice');
    expect(verdict).toMatchObject({
      proved: true,
      step: { next: 'challenge', factors: [{ kind: 'totp', usable: true }] },
    });
  });

  test('enrolment, for who is not', async () => {
    await house.person('alice', { enrolled: false });
    expect(await start('alice')).toMatchObject({ step: { next: 'enrollment', codeRequired: false } });
  });

  test('a session, while MFA is off', async () => {
    await mfaOff();
    await house.person('alice');
    expect(await start('alice')).toMatchObject({
      step: { next: 'session', opened: { session: { secondFactor: undefined } } },
    });
  });
});

describe('one shape for whoever may not come', () => {
  test.each(['nobody', 'alice', 'gone'])('%s with a wrong password', async (name) => {
    await house.person('alice');
    const gone = await house.person('gone');
    await house.sound(({ users }) => users.setState(gone.user.id, 'disabled'));
    expect(await start(name, 'wrong password')).toEqual({ proved: false, because: 'INVALID_CREDENTIALS', details: {} });
  });

  test('a disabled user with the right password looks the same and is counted', async () => {
    const { user } = await house.person('gone');
    await house.sound(({ users }) => users.setState(user.id, 'disabled'));
    for (let n = 1; n <= 5; n++) expect(await start('gone')).toMatchObject({ because: 'INVALID_CREDENTIALS' });
    expect(await start('gone')).toMatchObject({ because: 'LOCKED_OUT', details: { retryAfter: MINUTE } });
  });

  test('an unknown name is in the audit trail as its keyed digest only', async () => {
    await start('my-password-typed-as-name', 'x');
    const [event] = events(AUDIT.INVALID_PASSWORD);
    expect(event?.subject).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.stringify(house.printed)).not.toContain('my-password');
  });
});

describe('the wait of a name', () => {
  test.each(['alice', 'nobody'])(
    'begins with the sixth wrong password of %s and refuses the right one',
    async (name) => {
      await house.person('alice');
      for (let n = 1; n <= 5; n++) await start(name, 'wrong');
      expect(await start(name, 'wrong')).toMatchObject({ because: 'LOCKED_OUT', details: { retryAfter: MINUTE } });
      house.pass(MINUTE - 1);
      await expect(start(name)).rejects.toThrow(refusal('LOCKED_OUT'));
      house.pass(1);
      const after = await start(name);
      expect(after.proved).toBe(name === 'alice');
    },
  );

  test('does not end a session or a sign-in of its owner', async () => {
    const alice = await house.person('alice');
    const session = await house.session(alice);
    const [token = ''] = await house.challenges(alice.user, 1);
    for (let n = 1; n <= 6; n++) await start('alice', 'wrong');
    house.pass(30_000);
    expect(await house.readActiveSession({ token: session })).toBeDefined();
    expect(
      await house.verifyOtp(house.call(), { signInToken: token, code: house.code(alice), factorId: undefined }),
    ).toMatchObject({ proved: true });
  });

  test('is cleared by a right password', async () => {
    await house.person('alice');
    for (let n = 1; n <= 5; n++) await start('alice', 'wrong');
    await start('alice');
    for (let n = 1; n <= 5; n++)
      expect(await start('alice', 'wrong')).toMatchObject({ because: 'INVALID_CREDENTIALS' });
  });
});

describe('components and people', () => {
  test.each(['shell', 'rest-api', 'enterprise-manager', 'monitoring-agent', 'validator', 'service-provider-console'])(
    'a right password through %s is MFA_REQUIRED, not counted, and its owner will hear of it',
    async (component) => {
      await house.person('alice');
      for (let n = 1; n <= 7; n++)
        expect(await start('alice', PASSWORD, component)).toMatchObject({ because: 'MFA_REQUIRED' });
      expect(events(AUDIT.PASSWORD_PROVED_ONLY)).toHaveLength(7);
      expect(await start('alice', 'wrong', component)).toMatchObject({ because: 'INVALID_CREDENTIALS' });
    },
  );

  test('people come through a machine component while MFA is off', async () => {
    await mfaOff();
    await house.person('alice');
    expect(await start('alice', PASSWORD, 'rest-api')).toMatchObject({ step: { next: 'session' } });
  });

  test.each(['local', 'console', 'web-ui', 'explorer', 'config-restore', 'console-upgrade'])(
    'people come through %s',
    async (component) => {
      await house.person('alice');
      expect(await start('alice', PASSWORD, component)).toMatchObject({ step: { next: 'challenge' } });
    },
  );
});

describe('a right password that no second factor followed', () => {
  test('is an event when its sign-in expires', async () => {
    await house.person('alice');
    await start('alice');
    house.pass(5 * MINUTE);
    await expireSignIns(house.needs)(10);
    expect(events(AUDIT.PASSWORD_PROVED_ONLY)).toHaveLength(1);
  });

  test('is an event when ten newer sign-ins push it out', async () => {
    await house.person('alice');
    for (let n = 1; n <= 11; n++) await start('alice');
    expect(events(AUDIT.PASSWORD_PROVED_ONLY)).toHaveLength(1);
  });
});

describe('a one-time password', () => {
  async function oneTime(name: string, roles: readonly string[] = []) {
    const { user } = await house.person(name, { enrolled: false, roles });
    const place = house.needs.hashQueue.enter();
    const hash = await place.hash('one-time-password', user.id, 'ABCD-EFGH');
    place.leave();
    await house.sound(({ passwords }) =>
      passwords.set({ userId: user.id, kind: 'one-time', hash, createdAt: house.now() }),
    );
  }

  test('opens only the password change, and may be tried again until the change is made', async () => {
    await oneTime('alice');
    await start('alice', 'ABCD-EFGH');
    const verdict = await start('alice', 'ABCD-EFGH');
    expect(verdict).toMatchObject({ step: { next: 'password_change', minimumLength: 12 } });
    if (!verdict.proved || verdict.step.next !== 'password_change') throw new Error('no change was asked for');
    const change = { signInToken: verdict.step.token, newPassword: PASSWORD };
    expect(await changePassword(house.needs)(house.call(), change)).toMatchObject({ step: { next: 'enrollment' } });
    expect(await start('alice', 'ABCD-EFGH')).toMatchObject({ because: 'INVALID_CREDENTIALS' });
  });

  test('is never the lasting one', async () => {
    await oneTime('alice');
    const verdict = await start('alice', 'ABCD-EFGH');
    if (!verdict.proved || verdict.step.next !== 'password_change') throw new Error('no change was asked for');
    const same = changePassword(house.needs)(house.call(), {
      signInToken: verdict.step.token,
      newPassword: 'ABCD-EFGH',
    });
    await expect(same).rejects.toThrow(refusal('FIELDS_INVALID'));
  });

  test.each([
    ['a person', [], 72],
    ['a holder of guarded permissions', ['backup-administrator'], 24],
  ])('ends for %s, judged at use', async (_who, roles, hours) => {
    await oneTime('alice', roles);
    house.pass(hours * HOUR - 1);
    expect(await start('alice', 'ABCD-EFGH')).toMatchObject({ proved: true });
    house.pass(1);
    expect(await start('alice', 'ABCD-EFGH')).toMatchObject({ because: 'INVALID_CREDENTIALS' });
  });
});
