import { expect } from 'vitest';
import type { Json } from './driver.js';
import { PASSWORD, type Storyteller } from './story.js';

const MINUTE = 60_000;

/** Part of the story: a lost phone is replaced by its owner with a recovery code, which opens nothing guarded. */
export async function lostPhone(story: Storyteller, administratorsSecret: string): Promise<void> {
  story.alignStep();
  const admin = { session: await story.signIn('administrator', administratorsSecret) };
  const made = { username: 'frank', roleIds: ['backup-administrator'] };
  const { user, oneTimePassword } = await story.tell('admin/CreateUser', made, admin);
  const { enrollmentCode } = await story.tell('admin/CreateEnrollmentCode', { userId: user.userId }, admin);
  const old = await story.firstSignIn('frank', oneTimePassword, enrollmentCode);
  expect(old.recoveryCodes).toHaveLength(10);

  // Somebody has the password, and no phone: they guess a recovery code, and give up.
  const guess = { signInToken: await challenge(story), recoveryCode: '01-0000-0000-0000-0000' };
  await story.refused('INVALID_CODE', 'auth/UseRecoveryCode', guess);
  await story.refused('FIELDS_INVALID', 'auth/UseRecoveryCode', { ...guess, recoveryCode: 'none' });
  story.pass(6 * MINUTE);

  // The phone is lost: a recovery code opens a session, however it is typed, and only once.
  const signInToken = await challenge(story);
  const recoveryCode = old.recoveryCodes[0]?.toLowerCase().replaceAll('-', ' ');
  const used = await story.tell('auth/UseRecoveryCode', { signInToken, recoveryCode });
  expect(used.codesLeft).toBe(9);
  expect(used.step.session.notice.failuresSince).toBe(1);
  const own = { session: used.step.session.sessionToken as string };
  const again = { signInToken: await challenge(story), recoveryCode };
  await story.refused('INVALID_CODE', 'auth/UseRecoveryCode', again);

  // It may look, and enrol a new phone; it changes nothing guarded, also once that phone was proved in it.
  await story.tell('admin/ListUsers', {}, own);
  const guarded = { username: 'gwen' };
  await story.refused('STEP_UP_REQUIRED', 'admin/CreateUser', guarded, own);
  const { secret } = await story.tell('auth/BeginEnrollment', { label: 'new phone' }, own);
  const added = await story.tell('auth/ConfirmEnrollment', { code: story.code(secret) }, own);
  expect(added.recoveryCodes ?? []).toEqual([]);
  story.nextStep();
  const proved = await story.tell('auth/Reauthenticate', { code: story.code(secret) }, own);
  const fresh = { session: proved.session.sessionToken as string };
  await story.refused('STEP_UP_REQUIRED', 'admin/CreateUser', guarded, fresh);

  // The new phone takes the place of the lost one, and new codes that of the old ones, without an administrator.
  const { factors } = await story.tell('auth/ListFactors', {}, fresh);
  const lost = factors.find(({ label }: Json) => label !== 'new phone');
  const removed = await story.tell('auth/RemoveFactor', { factorId: lost.factorId }, fresh);
  const last = { session: removed.session.sessionToken as string };
  const { recoveryCodes } = await story.tell('auth/RegenerateRecoveryCodes', {}, last);
  expect(recoveryCodes).toHaveLength(10);
  const dead = { signInToken: await challenge(story), recoveryCode: old.recoveryCodes[1] };
  await story.refused('INVALID_CODE', 'auth/UseRecoveryCode', dead);
  const stolen = { signInToken: dead.signInToken, code: story.code(old.secret) };
  await story.refused('INVALID_CODE', 'auth/VerifyOtp', stolen);

  // Signed in with the new phone, everything is as before; the whole affair is in the account's own events.
  const whole = { session: await story.signIn('frank', secret) };
  await story.tell('admin/CreateUser', guarded, whole);
  const { events } = await story.tell('auth/ListOwnEvents', {}, whole);
  const codes = events.map(({ code }: Json) => code);
  expect(codes).toEqual(expect.arrayContaining(['RECOVERY_CODE_USED', 'RECOVERY_CODES_CREATED', '40205']));
}

async function challenge(story: Storyteller): Promise<string> {
  const { step } = await story.tell('auth/StartSignIn', { username: 'frank', password: PASSWORD });
  const paper = step.challenge.factors.find(({ kind }: Json) => kind === 'METHOD_RECOVERY_CODE');
  expect(paper?.usable).toBe(true);
  return step.challenge.signInToken;
}
