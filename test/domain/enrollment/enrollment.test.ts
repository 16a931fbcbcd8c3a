import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeAt } from '../../../src/crypto/otp-codes.js';
import { AUDIT } from '../../../src/domain/audit/audit-codes.js';
import { foldCrockford } from '../../../src/domain/credential/crockford.js';
import {
  assignRole,
  beginEnrollment,
  confirmEnrollment,
  createEnrollmentCode,
  startSignIn,
  updateMfaPolicy,
} from '../../../src/domain/index.js';
import type { TotpShape } from '../../../src/domain/ports.js';
import { fromBase32 } from '../../support/base32.js';
import { type House, MINUTE, openHouse, PASSWORD, type Person, SHAPE } from '../../support/house.js';
import { refusal } from '../../support/refusal.js';

const HOUR = 60 * MINUTE;

let house: House;
beforeEach(async () => {
  house = await openHouse('sqlite');
});
afterEach(() => house.close());

/** A sign-in at the enrolment stage: its token, and whether a code is asked for. */
async function atEnrollment(name = 'alice'): Promise<{ token: string; codeRequired: boolean }> {
  const verdict = await startSignIn(house.needs)(house.call(), { name, password: PASSWORD });
  if (!verdict.proved || verdict.step.next !== 'enrollment') throw new Error('enrolment was not offered');
  return verdict.step;
}

const begin = (signInToken: string, enrollmentCode?: string, shape: TotpShape = SHAPE) =>
  beginEnrollment(house.needs)(house.call(), { token: { signInToken }, enrollmentCode, label: 'phone', shape });

const confirm = (signInToken: string, code: string) =>
  confirmEnrollment(house.needs)(house.call(), { token: { signInToken }, code });

async function shownSecret(
  signInToken: string,
  enrollmentCode?: string,
  shape: TotpShape = SHAPE,
): Promise<Uint8Array> {
  const verdict = await begin(signInToken, enrollmentCode, shape);
  if (!verdict.proved) throw new Error(verdict.because);
  return fromBase32(verdict.shown.secret);
}

const codeOf = (secret: Uint8Array, ahead = 0, shape: TotpShape = SHAPE): string =>
  codeAt(secret, shape, Math.floor(house.now() / (shape.period * 1000)) + ahead);

async function newCode(person: Person): Promise<string> {
  const caller = await house.caller(await house.administrator(`root${house.printed.length}`));
  return foldCrockford((await createEnrollmentCode(house.needs)(caller, person.user.id)).enrollmentCode);
}

describe('a first enrolment', () => {
  test('shows 160 bits once and opens a session with the first right code, whose step is spent', async () => {
    const alice = await house.person('alice', { enrolled: false });
    const { token } = await atEnrollment();
    const secret = await shownSecret(token);
    expect(secret).toHaveLength(20);
    expect(await confirm(token, codeOf(secret))).toMatchObject({ proved: true, step: { next: 'session' } });
    const [challenge = ''] = await house.challenges(alice.user, 1);
    const again = await house.verifyOtp(house.call(), {
      signInToken: challenge,
      code: codeOf(secret),
      factorId: undefined,
    });
    expect(again).toMatchObject({ because: 'INVALID_CODE', details: { metadata: { hint: 'CODE_ALREADY_USED' } } });
  });

  test.each<TotpShape>([
    { algorithm: 'SHA256', digits: 8, period: 30 },
    { algorithm: 'SHA512', digits: 6, period: 60 },
  ])('takes another shape where it is asked for: %o', async (shape) => {
    await house.person('alice', { enrolled: false });
    const { token } = await atEnrollment();
    const secret = await shownSecret(token, undefined, shape);
    expect(await confirm(token, codeOf(secret, 0, shape))).toMatchObject({ proved: true });
  });

  test.each([
    [-9, '4 min 30 s behind'],
    [3, '1 min 30 s ahead'],
    [-20, '10 min behind'],
  ])('tells how far the phone is off: %i steps', async (steps, words) => {
    await house.person('alice', { enrolled: false });
    const { token } = await atEnrollment();
    const verdict = await confirm(token, codeOf(await shownSecret(token), steps));
    expect(verdict).toMatchObject({
      because: 'INVALID_CODE',
      details: { metadata: { clock_offset: String(steps * 30) } },
    });
    expect((verdict as { details: { message: string } }).details.message).toContain(words);
  });

  test('discards the secret at the tenth wrong code, and begins ten times at most', async () => {
    await house.person('alice', { enrolled: false });
    const { token } = await atEnrollment();
    const secret = await shownSecret(token);
    for (let n = 1; n <= 10; n++)
      expect(await confirm(token, codeOf(secret, 100))).toMatchObject({ because: 'INVALID_CODE' });
    await expect(confirm(token, codeOf(secret))).rejects.toThrow(refusal('LIMIT_REACHED'));
    for (let n = 2; n <= 10; n++) await begin(token);
    await expect(begin(token)).rejects.toThrow(refusal('LIMIT_REACHED'));
  });

  test('replaces the secret that was shown before', async () => {
    await house.person('alice', { enrolled: false });
    const { token } = await atEnrollment();
    const [old, fresh] = [await shownSecret(token), await shownSecret(token)];
    expect(await confirm(token, codeOf(old))).toMatchObject({ because: 'INVALID_CODE' });
    expect(await confirm(token, codeOf(fresh))).toMatchObject({ proved: true });
  });

  test('ends the other sign-ins, whose holders are told why until their end', async () => {
    await house.person('alice', { enrolled: false });
    const [mine, thiefs] = [await atEnrollment(), await atEnrollment()];
    const stolen = await shownSecret(thiefs.token);
    const secret = await shownSecret(mine.token);
    await confirm(mine.token, codeOf(secret));
    await expect(confirm(thiefs.token, codeOf(stolen))).rejects.toThrow(refusal('ENROLLMENT_TAKEN'));
    await expect(begin(thiefs.token)).rejects.toThrow(refusal('ENROLLMENT_TAKEN'));
    expect(house.printed.filter(({ code }) => code === AUDIT.ENROLLMENT_TAKEN)).toHaveLength(1);
    house.pass(20 * MINUTE);
    await expect(begin(thiefs.token)).rejects.toThrow(refusal('SIGN_IN_EXPIRED'));
  });

  test('of two at once confirms one', async () => {
    await house.person('alice', { enrolled: false });
    const tokens = [(await atEnrollment()).token, (await atEnrollment()).token];
    const secrets = [await shownSecret(tokens[0] ?? ''), await shownSecret(tokens[1] ?? '')];
    const answers = await Promise.allSettled(
      tokens.map((token, index) => confirm(token, codeOf(secrets[index] ?? new Uint8Array()))),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('the proof that enrolling asks for besides the password', () => {
  test('is none within 72 hours, and a code after that', async () => {
    await house.person('alice', { enrolled: false });
    house.pass(72 * HOUR - 1);
    expect((await atEnrollment()).codeRequired).toBe(false);
    house.pass(1);
    const { token, codeRequired } = await atEnrollment();
    expect(codeRequired).toBe(true);
    await expect(begin(token)).rejects.toThrow(refusal('ENROLLMENT_CODE_INVALID'));
  });

  test('is a code for a holder of guarded permissions', async () => {
    await house.person('second', { enrolled: false, roles: ['backup-administrator'] });
    expect((await atEnrollment('second')).codeRequired).toBe(true);
  });

  test('is a code for who was enrolled before', async () => {
    const alice = await house.person('alice');
    await house.sound(async (stores) => {
      await stores.factors.removeAll(alice.user.id);
      await stores.users.clearEnrolled(alice.user.id);
    });
    expect((await atEnrollment()).codeRequired).toBe(true);
  });

  test('is a code for the first administrator who was enrolled before, whatever became of the role', async () => {
    const alice = await house.person('alice');
    await house.sound(async (stores) => {
      await stores.installation.nameFirstAdministrator(alice.user.id);
      await stores.factors.removeAll(alice.user.id);
      await stores.users.clearEnrolled(alice.user.id);
    });
    expect((await atEnrollment()).codeRequired).toBe(true);
  });

  test('is a code for the first administrator as soon as another one has had a device, whatever became of that one', async () => {
    const alice = await house.person('alice', { enrolled: false, roles: ['backup-administrator'] });
    await house.sound(({ installation }) => installation.nameFirstAdministrator(alice.user.id));
    expect((await atEnrollment()).codeRequired).toBe(false);
    const other = await house.person('other');
    expect((await atEnrollment()).codeRequired).toBe(false);
    const caller = await house.caller(await house.administrator());
    await house.sound(({ users }) => users.delete(caller.active.user.id));
    expect((await atEnrollment()).codeRequired).toBe(true);
    expect(other.user.enrolledAt).toBeDefined();
  });

  test('is a code for the first administrator once an enrolled user was given the role', async () => {
    const alice = await house.person('alice', { enrolled: false, roles: ['backup-administrator'] });
    const promoted = await house.person('promoted');
    await house.sound(async ({ installation, policy }) => {
      await installation.nameFirstAdministrator(alice.user.id);
      await policy.update({ on: false });
    });
    const verdict = await startSignIn(house.needs)(house.call(), { name: 'alice', password: PASSWORD });
    const token = verdict.proved && verdict.step.next === 'session' ? verdict.step.opened.token : '';
    const active = await house.readActiveSession({ token });
    if (!active) throw new Error('no session');
    await assignRole(house.needs)({ ...house.call(), active }, promoted.user.id, 'backup-administrator');
    await house.sound(({ policy }) => policy.update({ on: true }));
    expect((await atEnrollment()).codeRequired).toBe(true);
  });

  test.each([
    ['code_always', true],
    ['password', false],
  ] as const)('follows the policy %s', async (enrollmentProof, codeRequired) => {
    const caller = await house.caller(await house.administrator());
    await updateMfaPolicy(house.needs)(caller, { enrollmentProof }, false);
    await house.person('alice', { enrolled: false });
    house.pass(73 * (enrollmentProof === 'password' ? HOUR : 0));
    expect((await atEnrollment()).codeRequired).toBe(codeRequired);
  });

  test('opens again for 72 hours when MFA is switched on', async () => {
    await house.person('alice', { enrolled: false });
    house.pass(100 * HOUR);
    const caller = await house.caller(await house.administrator());
    await updateMfaPolicy(house.needs)(caller, { on: false }, false);
    await updateMfaPolicy(house.needs)(caller, { on: true }, false);
    expect((await atEnrollment()).codeRequired).toBe(false);
  });
});

describe('an enrolment code', () => {
  let alice: Person;
  beforeEach(async () => {
    alice = await house.person('alice', { enrolled: false });
    house.pass(73 * HOUR);
  });

  test('is proved once for its sign-in and spent by the confirmation', async () => {
    const code = await newCode(alice);
    const [one, two] = [await atEnrollment(), await atEnrollment()];
    await begin(one.token, code);
    expect(house.printed.filter((event) => event.code === AUDIT.ENROLLMENT_CODE_PROVED)).toHaveLength(1);
    const secret = await shownSecret(one.token);
    expect(await confirm(one.token, codeOf(secret))).toMatchObject({ proved: true });
    await expect(begin(two.token, code)).rejects.toThrow(refusal('ENROLLMENT_TAKEN'));
    expect(await house.reads(({ enrollmentCodes }) => enrollmentCodes.of(alice.user.id))).toBeUndefined();
  });

  test('has five tries over all sign-ins, then the right one is refused too', async () => {
    const code = await newCode(alice);
    for (let n = 1; n <= 5; n++) {
      expect(await begin((await atEnrollment()).token, '0'.repeat(16))).toMatchObject({
        because: 'ENROLLMENT_CODE_INVALID',
      });
    }
    expect(await begin((await atEnrollment()).token, code)).toMatchObject({ because: 'ENROLLMENT_CODE_INVALID' });
  });

  test('obeys its five tries under parallel guesses', async () => {
    await newCode(alice);
    const { token } = await atEnrollment();
    await Promise.all(Array.from({ length: 40 }, () => begin(token, '0'.repeat(16))));
    const row = await house.reads(({ enrollmentCodes }) => enrollmentCodes.of(alice.user.id));
    expect(row?.tries).toBe(5);
  });

  test('ends after 24 hours, and is replaced by a new one', async () => {
    const old = await newCode(alice);
    const fresh = await newCode(alice);
    expect(await begin((await atEnrollment()).token, old)).toMatchObject({ proved: false });
    house.pass(24 * HOUR);
    expect(await begin((await atEnrollment()).token, fresh)).toMatchObject({ proved: false });
  });

  test('proved for one that was replaced since confirms nothing', async () => {
    const old = await newCode(alice);
    const { token } = await atEnrollment();
    const secret = await shownSecret(token, old);
    await newCode(alice);
    await expect(confirm(token, codeOf(secret))).rejects.toThrow(refusal('ENROLLMENT_CODE_INVALID'));
  });
});
