import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeWait, recoveryWait } from '../../../src/domain/lockout/wait-keys.js';
import type { Person } from '../../support/house.js';
import { eventsOf, mustRefuse, type Office, openOffice } from '../administration/office.js';
import { signIn } from './sign-in.js';
import { fail, failuresOf, passwordOf } from './waits.js';

const DAY = 24 * 60 * 60_000;

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.house.close());

describe('resetPassword', () => {
  test('makes a one-time password instead of the old one; the factor stays', async () => {
    const person = await office.stranger();

    const { oneTimePassword, expiresAt, view } = await office.ask.resetPassword(office.asRoot(), person.user.id);

    expect(view).toMatchObject({ factorCount: 1, oneTimePassword: expect.anything() });
    expect(expiresAt).toBe(office.house.now() + 3 * DAY);
    expect(await signIn(office, person)).toMatchObject({ proved: false });
    expect(await signIn(office, person, oneTimePassword)).toMatchObject({ proved: true, step: { next: 'challenge' } });
  });

  test('brings back a password that the hundredth failure disabled, and leaves the codes alone', async () => {
    const person = await office.stranger();
    await fail(office, passwordOf(person), 100);
    await fail(office, codeWait(person.user.id), 7);

    const { oneTimePassword } = await office.ask.resetPassword(office.asRoot(), person.user.id);

    expect(await failuresOf(office, person)).toEqual({ password: 0, code: 7 });
    expect(await signIn(office, person, oneTimePassword)).toMatchObject({ proved: true });
  });

  test('is not outlived by an attempt with the old password that was under way', async () => {
    const person = await office.stranger();
    const reserved = await office.house.sound(({ waits }) => waits.reserve(passwordOf(person), office.house.now()));
    await office.ask.resetPassword(office.asRoot(), person.user.id);
    await fail(office, passwordOf(person), 2);

    expect(await office.house.sound(({ waits }) => waits.clear(passwordOf(person), reserved))).toBe(false);
    expect(await failuresOf(office, person)).toEqual({ password: 2 });
  });
});

describe('resetMfa', () => {
  test('takes factors and enrolment; the next sign-in enrols with the code that it made', async () => {
    const person = await office.stranger();

    const { view, enrollmentCode, expiresAt } = await office.ask.resetMfa(office.asRoot(), person.user.id);

    expect(view).toMatchObject({ factorCount: 0, user: { enrolledAt: undefined }, enrollmentCodeEnd: expiresAt });
    expect((await office.house.reads(({ users }) => users.byId(person.user.id)))?.firstEnrolledAt).toBeDefined();
    expect(enrollmentCode).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(await signIn(office, person)).toMatchObject({ step: { next: 'enrollment', codeRequired: true } });
  });

  test('brings back codes that were disabled, budget and all, and leaves the password alone', async () => {
    const person = await office.stranger();
    await fail(office, codeWait(person.user.id), 100);
    await fail(office, recoveryWait(person.user.id), 9);
    await fail(office, passwordOf(person), 7);
    await office.house.sound(({ waits }) => waits.spendBudget(codeWait(person.user.id), office.house.now()));

    await office.ask.resetMfa(office.asRoot(), person.user.id);

    expect(await failuresOf(office, person)).toEqual({ password: 7, code: 0, recovery: 0 });
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

const holds = async (token: string): Promise<boolean> =>
  (await office.house.readActiveSession({ token })) !== undefined;

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
