import { expect } from 'vitest';
import type { Json } from './driver.js';
import { PASSWORD, type Storyteller } from './story.js';

/** Part of the story: an old phone is replaced by its owner alone; an administrator suspends a lost one and resumes it. */
export async function newPhone(story: Storyteller, administratorsSecret: string): Promise<void> {
  story.alignStep();
  const admin = { session: await story.signIn('administrator', administratorsSecret) };
  const made = await story.tell('admin/CreateUser', { username: 'dora', roleIds: ['backup-viewer'] }, admin);
  const old = await story.firstSignIn('dora', made.oneTimePassword);
  const session = { session: old.session };
  const [first] = await devices(story, session.session);

  // In the session it was signed in to, which goes on: the new phone is added beside the old one.
  const { secret } = await story.tell('auth/BeginEnrollment', { label: 'new phone' }, session);
  const added = await story.tell('auth/ConfirmEnrollment', { code: story.code(secret) }, session);
  expect(added.step ?? undefined).toBeUndefined();
  const renamed = { factorId: first.factorId, label: 'old phone' };
  await story.tell('auth/RenameFactor', renamed, session);
  expect((await devices(story, session.session)).map(({ label }: Json) => label)).toEqual(['old phone', 'new phone']);

  // The old one goes at once, with all that was open elsewhere; this session goes on under a new token.
  const elsewhere = await story.signIn('dora', old.secret);
  const removed = await story.tell('auth/RemoveFactor', { factorId: first.factorId }, session);
  const own = { session: removed.session.sessionToken as string };
  for (const sessionToken of [old.session, elsewhere])
    await story.refused('SESSION_INACTIVE', 'auth/ValidateSession', { sessionToken });
  story.nextStep();
  const signInToken = await challenge(story);
  await story.refused('INVALID_CODE', 'auth/VerifyOtp', { signInToken, code: story.code(old.secret) });
  await story.tell('auth/VerifyOtp', { signInToken, code: story.code(secret) });

  // What is the last one now can only be replaced, whoever asks.
  const [last] = await devices(story, own.session);
  const which = { userId: made.user.userId, factorId: last.factorId };
  const kept = await story.refused('LAST_FACTOR', 'auth/RemoveFactor', { factorId: last.factorId }, own);
  expect(kept.code).toBe('FAILED_PRECONDITION');
  await story.refused('LAST_FACTOR', 'admin/RemoveUserFactor', which, admin);

  // An administrator suspends it: its owner is out, and enrolled all the same; resumed, it proves again.
  const suspended = await story.tell('admin/SuspendUserFactor', which, admin);
  expect(suspended.factor.state).toBe('FACTOR_STATE_SUSPENDED');
  await story.refused('SESSION_REQUIRED', 'auth/ListFactors', {}, own);
  story.nextStep();
  const shut = { signInToken: await challenge(story), code: story.code(secret) };
  await story.refused('INVALID_CODE', 'auth/VerifyOtp', shut);
  await story.tell('admin/ResumeUserFactor', which, admin);
  await story.signIn('dora', secret);
}

async function devices(story: Storyteller, session: string): Promise<Json[]> {
  return (await story.tell('auth/ListFactors', {}, { session })).factors;
}

async function challenge(story: Storyteller): Promise<string> {
  const { step } = await story.tell('auth/StartSignIn', { username: 'dora', password: PASSWORD });
  return step.challenge.signInToken;
}
