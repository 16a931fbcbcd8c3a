import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeWait, recoveryWait } from '../../../src/domain/lockout/wait-keys.js';
import type { WaitKey } from '../../../src/domain/lockout/wait-row.js';
import { PASSWORD, type Person } from '../../support/house.js';
import { eventsOf, mustRefuse, type Office, openOffice } from '../administration/office.js';

const DAY = 24 * 60 * 60_000;

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.house.close());

const signIn = (person: Person, password = PASSWORD) =>
  office.ask.startSignIn(office.house.call(), { name: person.user.name, password });

const holds = async (token: string): Promise<boolean> =>
  (await office.house.readActiveSession({ token })) !== undefined;

/** A session and an open sign-in behind a right password. */
async function withSomethingOpen(): Promise<{ person: Person; token: string; signInToken: string }> {
  const person = await office.stranger();
  const token = await office.house.session(person);
  const [signInToken = ''] = await office.house.challenges(person.user, 1);
  return { person, token, signInToken };
}

const proveIn = (person: Person, signInToken: string) =>
  office.house.verifyOtp(office.house.call(), {
    signInToken,
    code: office.house.code(person, 1),
    factorId: undefined,
  });

const ENDING: readonly [string, string, (id: string) => Promise<unknown>][] = [
  ['disableUser', 'USER_DISABLED', (id) => office.ask.disableUser(office.asRoot(), id)],
  ['deleteUser', '31400', (id) => office.ask.deleteUser(office.asRoot(), id)],
  ['resetPassword', 'PASSWORD_RESET', (id) => office.ask.resetPassword(office.asRoot(), id)],
  ['resetMfa', '40202', (id) => office.ask.resetMfa(office.asRoot(), id)],
  ['revokeUserSessions', 'SESSIONS_REVOKED', (id) => office.ask.revokeUserSessions(office.asRoot(), id)],
];

describe('what ends everything that is open', () => {
  test.each(ENDING)('%s ends sessions and sign-ins at once', async (_name, _code, act) => {
    const { person, token, signInToken } = await withSomethingOpen();

    await act(person.user.id);

    expect(await holds(token)).toBe(false);
    await mustRefuse(proveIn(person, signInToken), 'SIGN_IN_EXPIRED');
  });

  test.each(ENDING)('%s tells that a password was proved and no second factor', async (_name, code, act) => {
    const { person } = await withSomethingOpen();

    const events = await eventsOf(office.house, () => act(person.user.id));

    expect(events.map((event) => event.code)).toEqual(['PASSWORD_PROVED_ONLY', code]);
    expect(events.map(({ subject }) => subject)).toEqual([person.user.id, person.user.id]);
  });

  test.each(ENDING)('%s ends what is being born: the security version rises', async (name, _code, act) => {
    const person = await office.stranger();

    await act(person.user.id);

    const user = await office.house.reads(({ users }) => users.byId(person.user.id));
    expect(user?.securityVersion).toBe(name === 'deleteUser' ? undefined : person.user.securityVersion + 1);
  });

  test('says nothing of a proved password while MFA is off', async () => {
    const { person } = await withSomethingOpen();
    await office.mfaOff();
    const events = await eventsOf(office.house, () => office.ask.disableUser(office.asRoot(), person.user.id));
    await office.mfaOn();
    expect(events.map(({ code }) => code)).toEqual(['USER_DISABLED']);
  });
});

describe('a disabled user', () => {
  test('is told the same as with a wrong password, and signs in again once enabled', async () => {
    const person = await office.stranger();
    await office.ask.disableUser(office.asRoot(), person.user.id);
    expect(await signIn(person)).toMatchObject({ proved: false, because: 'INVALID_CREDENTIALS' });

    const { user } = await office.ask.enableUser(office.asRoot(), person.user.id);

    expect(user.state).toBe('active');
    expect(await signIn(person)).toMatchObject({ proved: true, step: { next: 'challenge' } });
  });

  test('gets nothing back by being enabled: sessions stay dead', async () => {
    const person = await office.stranger();
    const token = await office.house.session(person);
    await office.ask.disableUser(office.asRoot(), person.user.id);
    await office.ask.enableUser(office.asRoot(), person.user.id);
    expect(await holds(token)).toBe(false);
  });

  test('may be disabled again: nothing changes, and an active one loses nothing by being enabled', async () => {
    const person = await office.stranger();
    const token = await office.house.session(person);
    await office.ask.enableUser(office.asRoot(), person.user.id);
    expect(await holds(token)).toBe(true);

    const once = await office.ask.disableUser(office.asRoot(), person.user.id);
    const twice = await office.ask.disableUser(office.asRoot(), person.user.id);
    expect(twice.user).toEqual(once.user);
  });
});

describe('a deleted user', () => {
  test('is gone with everything, but for the audit events', async () => {
    const person = await office.stranger(['backup-viewer']);
    await fail(codeWait(person.user.id), 3);
    await office.ask.deleteUser(office.asRoot(), person.user.id);

    const left = await office.house.reads(async ({ users, passwords, factors, waits, audit }) => ({
      user: await users.byId(person.user.id),
      password: await passwords.of(person.user.id),
      factors: (await factors.of(person.user.id)).length,
      wait: await waits.of(codeWait(person.user.id), office.house.now()),
      events: (await audit.list({ subject: person.user.id }, { limit: 1, after: undefined })).length,
    }));
    expect(left).toEqual({ user: undefined, password: undefined, factors: 0, wait: undefined, events: 1 });
  });
});

/** Counts failures without looking at anything. */
function fail(key: WaitKey, times: number): Promise<void> {
  return office.house.sound(async ({ waits }) => {
    for (let failure = 0; failure < times; failure++) {
      await waits.reserve(key, office.house.now());
      await waits.keep(key, office.house.now());
    }
  });
}

const passwordOf = ({ user }: Person): WaitKey => ({ subject: user.lockKey, kind: 'password' });

const failuresOf = async (person: Person): Promise<Record<string, number>> => {
  const { waits } = await office.ask.getUser(office.asRoot(), { id: person.user.id });
  return Object.fromEntries([...(waits ?? [])].map(([kind, { failures }]) => [kind, failures]));
};

describe('unlockUser', () => {
  test('ends waits below the hundredth failure', async () => {
    const person = await office.stranger();
    await fail(passwordOf(person), 99);
    await fail(codeWait(person.user.id), 14);
    await fail(recoveryWait(person.user.id), 120);

    const events = await eventsOf(office.house, () => office.ask.unlockUser(office.asRoot(), person.user.id));

    expect(await failuresOf(person)).toEqual({ password: 0, code: 0, recovery: 0 });
    expect(events).toMatchObject([{ code: 'USER_UNLOCKED', subject: person.user.id }]);
    expect(await signIn(person)).toMatchObject({ proved: true });
  });

  test('leaves what the hundredth failure disabled', async () => {
    const person = await office.stranger();
    await fail(passwordOf(person), 100);
    await fail(codeWait(person.user.id), 100);

    await office.ask.unlockUser(office.asRoot(), person.user.id);

    expect(await failuresOf(person)).toEqual({ password: 100, code: 100 });
  });

  test('empties the budget of wrong codes', async () => {
    const person = await office.stranger();
    await fail(codeWait(person.user.id), 1);
    await office.house.sound(async ({ waits }) => {
      for (let wrong = 0; wrong < 300; wrong++) await waits.spendBudget(codeWait(person.user.id), office.house.now());
    });
    expect(await codesOf(person)).toMatchObject({ budgetSpent: 300 });

    await office.ask.unlockUser(office.asRoot(), person.user.id);

    expect(await codesOf(person)).toMatchObject({ budgetSpent: 0, failures: 0 });
  });

  test('is not outlived by an attempt that was under way: the generation has risen', async () => {
    const person = await office.stranger();
    const reserved = await office.house.sound(({ waits }) => waits.reserve(passwordOf(person), office.house.now()));
    await office.ask.unlockUser(office.asRoot(), person.user.id);
    await fail(passwordOf(person), 2);

    const cleared = await office.house.sound(({ waits }) => waits.clear(passwordOf(person), reserved));

    expect(cleared).toBe(false);
    expect(await failuresOf(person)).toEqual({ password: 2 });
  });

  const codesOf = async ({ user }: Person) =>
    (await office.ask.getUser(office.asRoot(), { id: user.id })).waits?.get('code');
});

describe('resetPassword', () => {
  test('makes a one-time password instead of the old one; the factor stays', async () => {
    const person = await office.stranger();

    const { oneTimePassword, expiresAt, view } = await office.ask.resetPassword(office.asRoot(), person.user.id);

    expect(view).toMatchObject({ factorCount: 1, oneTimePassword: expect.anything() });
    expect(expiresAt).toBe(office.house.now() + 3 * DAY);
    expect(await signIn(person)).toMatchObject({ proved: false });
    expect(await signIn(person, oneTimePassword)).toMatchObject({ proved: true, step: { next: 'challenge' } });
  });

  test('brings back a password that the hundredth failure disabled, and leaves the codes alone', async () => {
    const person = await office.stranger();
    await fail(passwordOf(person), 100);
    await fail(codeWait(person.user.id), 7);

    const { oneTimePassword } = await office.ask.resetPassword(office.asRoot(), person.user.id);

    expect(await failuresOf(person)).toEqual({ password: 0, code: 7 });
    expect(await signIn(person, oneTimePassword)).toMatchObject({ proved: true });
  });

  test('is not outlived by an attempt with the old password that was under way', async () => {
    const person = await office.stranger();
    const reserved = await office.house.sound(({ waits }) => waits.reserve(passwordOf(person), office.house.now()));
    await office.ask.resetPassword(office.asRoot(), person.user.id);
    await fail(passwordOf(person), 2);

    expect(await office.house.sound(({ waits }) => waits.clear(passwordOf(person), reserved))).toBe(false);
    expect(await failuresOf(person)).toEqual({ password: 2 });
  });
});

describe('resetMfa', () => {
  test('takes factors and enrolment; the next sign-in enrols with the code that it made', async () => {
    const person = await office.stranger();

    const { view, enrollmentCode, expiresAt } = await office.ask.resetMfa(office.asRoot(), person.user.id);

    expect(view).toMatchObject({ factorCount: 0, user: { enrolledAt: undefined }, enrollmentCodeEnd: expiresAt });
    expect((await office.house.reads(({ users }) => users.byId(person.user.id)))?.firstEnrolledAt).toBeDefined();
    expect(enrollmentCode).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(await signIn(person)).toMatchObject({ step: { next: 'enrollment', codeRequired: true } });
  });

  test('brings back codes that were disabled, budget and all, and leaves the password alone', async () => {
    const person = await office.stranger();
    await fail(codeWait(person.user.id), 100);
    await fail(recoveryWait(person.user.id), 9);
    await fail(passwordOf(person), 7);
    await office.house.sound(({ waits }) => waits.spendBudget(codeWait(person.user.id), office.house.now()));

    await office.ask.resetMfa(office.asRoot(), person.user.id);

    expect(await failuresOf(person)).toEqual({ password: 7, code: 0, recovery: 0 });
  });

  test('discards a secret that waits for its first code', async () => {
    const person = await office.stranger();
    const holderId = office.house.needs.randomness.newId();
    await office.house.sound(({ factors }) =>
      factors.setPending({
        holderId,
        userId: person.user.id,
        factorId: holderId,
        label: '',
        shape: { algorithm: 'SHA1', digits: 6, period: 30 },
        secret: { dataKeyId: 'd', box: Buffer.alloc(48) },
        expiresAt: office.house.now() + DAY,
      }),
    );
    await office.ask.resetMfa(office.asRoot(), person.user.id);
    expect(await office.house.sound(({ factors }) => factors.pending(holderId))).toBeUndefined();
  });
});

describe('createEnrollmentCode', () => {
  test('replaces the code before, lives 24 h, and is kept as a hash', async () => {
    const person = await office.stranger();
    const first = await office.ask.createEnrollmentCode(office.asRoot(), person.user.id);
    const firstId = await stored(person);

    const second = await office.ask.createEnrollmentCode(office.asRoot(), person.user.id);

    expect(second.enrollmentCode).not.toBe(first.enrollmentCode);
    expect(second.expiresAt).toBe(office.house.now() + DAY);
    expect((await stored(person))?.id).not.toBe(firstId?.id);
    expect(JSON.stringify(await stored(person))).not.toContain(second.enrollmentCode.replaceAll('-', ''));
  });

  test('ends nothing that is open', async () => {
    const person = await office.stranger();
    const token = await office.house.session(person);
    const events = await eventsOf(office.house, () => office.ask.createEnrollmentCode(office.asRoot(), person.user.id));
    expect(await holds(token)).toBe(true);
    expect(events).toMatchObject([{ code: 'ENROLLMENT_CODE_CREATED' }]);
  });

  const stored = ({ user }: Person) => office.house.reads(({ enrollmentCodes }) => enrollmentCodes.of(user.id));
});

describe('service accounts', () => {
  const REFUSED: readonly [string, (id: string) => Promise<unknown>][] = [
    ['resetPassword', (id) => office.ask.resetPassword(office.asRoot(), id)],
    ['resetMfa', (id) => office.ask.resetMfa(office.asRoot(), id)],
    ['createEnrollmentCode', (id) => office.ask.createEnrollmentCode(office.asRoot(), id)],
  ];

  test.each(REFUSED)('have neither password nor factor: %s is refused', async (_name, act) => {
    const id = office.house.needs.randomness.newId();
    const name = `robot-${id}`;
    const lockKey = office.house.needs.tokenHashes.lockKey(name);
    await office.house.sound(({ users }) =>
      users.insert({ ...office.root.user, id, name, lockKey, kind: 'service-account' }),
    );
    await mustRefuse(act(id), 'SERVICE_ACCOUNT_REFUSED');
  });
});
