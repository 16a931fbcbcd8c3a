import { afterEach, beforeEach, expect, test } from 'vitest';
import { codeAt } from '../../../src/crypto/otp-codes.js';
import type { Caller } from '../../../src/domain/call.js';
import * as domain from '../../../src/domain/index.js';
import { fromBase32 } from '../../support/base32.js';
import { addDevice } from '../../support/devices.js';
import { type House, MINUTE, openHouse, PASSWORD, SHAPE } from '../../support/house.js';
import { refusal } from '../../support/refusal.js';

let house: House;
beforeEach(async () => {
  house = await openHouse('sqlite');
  await house.sound(({ policy }) => policy.update({ on: false }));
});
afterEach(() => house.close());

/** A caller who proved the password alone, as signing in while MFA is off asks for no more. */
async function byPassword(): Promise<Caller> {
  const verdict = await domain.startSignIn(house.needs)(house.call(), { name: 'alice', password: PASSWORD });
  if (!verdict.proved || verdict.step.next !== 'session') throw new Error('no session');
  const active = await house.readActiveSession({ token: verdict.step.opened.token });
  if (!active) throw new Error('the session does not hold');
  return { ...house.call(), active };
}

async function begin(caller: Caller, enrollmentCode?: string, needs = house.needs): Promise<Uint8Array> {
  const request = { token: { caller }, enrollmentCode, label: 'phone', shape: SHAPE };
  const verdict = await domain.beginEnrollment(needs)(caller, request);
  if (!verdict.proved) throw new Error(verdict.because);
  return fromBase32(verdict.shown.secret);
}

const confirm = (caller: Caller, secret: Uint8Array) =>
  domain.confirmEnrollment(house.needs)(caller, {
    token: { caller },
    code: codeAt(secret, SHAPE, Math.floor(house.now() / 30_000)),
  });

const factorsOf = (caller: Caller) => house.reads(({ factors }) => factors.of(caller.active.user.id));

test('a first device proved by the password alone does not become a second one', async () => {
  await house.person('alice', { enrolled: false });
  const [owner, thief] = [await byPassword(), await byPassword()];
  const [owners, thiefs] = [await begin(owner), await begin(thief)];

  expect(await confirm(owner, owners)).toMatchObject({ proved: true, step: undefined });

  await expect(confirm(thief, thiefs)).rejects.toThrow(refusal('STEP_UP_REQUIRED'));
  expect(await factorsOf(owner)).toHaveLength(1);
});

test('the confirmation needs a proof as fresh as the beginning', async () => {
  await house.person('alice', { enrolled: false });
  const caller = await byPassword();
  const secret = await begin(caller);

  house.pass(10 * MINUTE + 1);

  await expect(confirm(caller, secret)).rejects.toThrow(refusal('STEP_UP_REQUIRED'));
});

test('without a fresh proof no try of an enrolment code is taken', async () => {
  const alice = await house.person('alice', { enrolled: false });
  const root = await house.caller(await house.administrator());
  await domain.createEnrollmentCode(house.needs)(root, alice.user.id);
  const caller = await byPassword();
  house.pass(10 * MINUTE + 1);

  await expect(begin(caller, '0'.repeat(16))).rejects.toThrow(refusal('STEP_UP_REQUIRED'));

  const code = await house.reads(({ enrollmentCodes }) => enrollmentCodes.of(alice.user.id));
  expect(code?.tries).toBe(0);
});

test('there are four devices at most, however many secrets were pending at once', async () => {
  const alice = await house.person('alice');
  const callers: Caller[] = [];
  for (let n = 1; n <= 4; n++) callers.push(await house.caller(alice));
  const pending: [Caller, Uint8Array][] = [];
  for (const caller of callers) pending.push([caller, await begin(caller)]);

  const answers = await Promise.allSettled(pending.map(([caller, secret]) => confirm(caller, secret)));

  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  const refusals = answers.filter(({ status }) => status === 'rejected');
  expect(refusals).toMatchObject([{ reason: { reason: 'LIMIT_REACHED' } }]);
  expect(await factorsOf(callers[0] as Caller)).toHaveLength(4);
});

test('a fifth device is refused before its secret is shown', async () => {
  const alice = await house.person('alice');
  for (let n = 2; n <= 4; n++) await addDevice(house, alice);

  await expect(begin(await house.caller(alice))).rejects.toThrow(refusal('LIMIT_REACHED'));
});

test('the same secret is no second device of one person, and may be one of another', async () => {
  const [alice, bob] = [await house.person('alice'), await house.person('bob')];
  const [alices, bobs] = [await house.caller(alice), await house.caller(bob)];
  const randomness = { ...house.needs.randomness, newOtpSecret: () => alice.secret };
  const sameSecret = { ...house.needs, randomness };
  house.pass(30_000);

  const [twice, once] = [await begin(alices, undefined, sameSecret), await begin(bobs, undefined, sameSecret)];

  await expect(confirm(alices, twice)).rejects.toThrow(refusal('NAME_TAKEN'));
  expect(await confirm(bobs, once)).toMatchObject({ proved: true });
  expect(await factorsOf(alices)).toHaveLength(1);
});

test('the only device is replaced: another one is added in its session, which then removes it', async () => {
  await house.sound(({ policy }) => policy.update({ on: true }));
  const alice = await house.person('alice');
  const caller = await house.caller(alice);
  const secret = await begin(caller);
  await confirm(caller, secret);
  const [old] = await factorsOf(caller);

  await domain.removeFactor(house.needs)(caller, old?.id ?? '');

  const user = await house.reads(({ users }) => users.byId(alice.user.id));
  const replaced = { user: user ?? alice.user, secret };
  expect(await house.readActiveSession({ token: await house.session(replaced) })).toBeDefined();
  await expect(house.session({ ...replaced, secret: alice.secret })).rejects.toThrow('no session');
});

test('the session in which a device was added knows it as what was proved last, and goes on as it was', async () => {
  const alice = await house.person('alice');
  const caller = await house.caller(alice);
  const { session } = caller.active;
  const answer = await confirm(caller, await begin(caller));
  if (!answer.proved) throw new Error('not confirmed');

  const after = await house.reads(({ sessions }) => sessions.byId(session.id));

  const { id: factorId, confirmedAt: at } = answer.factor;
  expect(after).toEqual({ ...session, secondFactor: { kind: 'totp', factorId, at, enrolledAt: at } });
});
