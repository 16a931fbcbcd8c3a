import { expect } from 'vitest';
import { tokenCode } from './oathtool.js';
import { PASSWORD, type Storyteller } from './story.js';

const SEED = 'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U';

/** Part of the story: a token that counts presses is given, runs ahead in a pocket, is brought back in step, and never goes back. */
export async function hardwareToken(story: Storyteller, administratorsSecret: string): Promise<void> {
  story.alignStep();
  const admin = { session: await story.signIn('administrator', administratorsSecret) };
  const { user, oneTimePassword } = await story.tell('admin/CreateUser', { username: 'hank' }, admin);
  const start = await story.tell('auth/StartSignIn', { username: 'hank', password: oneTimePassword });
  const due = { signInToken: start.step.passwordChange.signInToken, newPassword: PASSWORD };
  const { step } = await story.tell('auth/ChangePassword', due);

  // The token arrives before the phone was enrolled: what was begun by the password alone is over.
  const token = { userId: user.userId, kind: 'METHOD_HOTP', secret: SEED, label: 'fob 17', counter: '7' };
  const { factor } = await story.tell('admin/ImportFactor', token, admin);
  expect(factor).toMatchObject({ kind: 'METHOD_HOTP', label: 'fob 17', state: 'FACTOR_STATE_ACTIVE' });
  expect(JSON.stringify(factor)).not.toContain(SEED);
  await story.refused('NAME_TAKEN', 'admin/ImportFactor', { ...token, kind: 'METHOD_TOTP' }, admin);
  const late = { signInToken: step.enrollment.signInToken };
  await story.refused('SIGN_IN_EXPIRED', 'auth/BeginEnrollment', late);

  // Its codes open the door, in their order; each once.
  const verify = async (counter: number) => ({
    signInToken: await challenge(story),
    code: tokenCode(SEED, counter),
  });
  const resync = async (first: number) => ({
    signInToken: await challenge(story),
    factorId: factor.factorId,
    firstCode: tokenCode(SEED, first),
    secondCode: tokenCode(SEED, first + 1),
  });
  await story.tell('auth/VerifyOtp', await verify(7));
  await story.tell('auth/VerifyOtp', await verify(13));
  const used = await story.refused('INVALID_CODE', 'auth/VerifyOtp', await verify(10));
  expect(used.metadata['hint']).toBe('CODE_ALREADY_USED');
  expect(used.retryDelay).toBeUndefined();

  // Thirty presses in a pocket: a code is wrong now, two in a row bring it back and open the door.
  const ahead = await story.refused('INVALID_CODE', 'auth/VerifyOtp', await verify(44));
  expect(ahead.metadata['hint']).toBeUndefined();
  const opened = await story.tell('auth/ResyncFactor', await resync(45));
  const own = { session: opened.step.session.sessionToken as string };
  const { factors } = await story.tell('auth/ListFactors', {}, own);
  expect(factors).toHaveLength(1);

  // It never goes back: neither the codes just used, nor any before them, alone or in pairs.
  for (const first of [45, 40, 14]) await story.refused('INVALID_CODE', 'auth/ResyncFactor', await resync(first));
  await story.refused('INVALID_CODE', 'auth/VerifyOtp', await verify(46));
  await story.tell('auth/VerifyOtp', await verify(47));

  // In a session the same, and nothing comes next; further than fifty is too far.
  const { signInToken: _far, ...far } = await resync(98);
  await story.refused('INVALID_CODE', 'auth/ResyncFactor', far, own);
  const { signInToken: _near, ...near } = await resync(60);
  expect((await story.tell('auth/ResyncFactor', near, own)).step ?? null).toBeNull();
  await story.tell('auth/VerifyOtp', await verify(62));

  const filter = { subject: user.userId };
  const { events } = await story.tell('admin/ListAuditEvents', filter, admin);
  const codes = events.map(({ code }: { code: string }) => code);
  expect(codes).toEqual(expect.arrayContaining(['FACTOR_IMPORTED', 'FACTOR_RESYNCED', '40205', '40207']));
}

async function challenge(story: Storyteller): Promise<string> {
  const { step } = await story.tell('auth/StartSignIn', { username: 'hank', password: PASSWORD });
  expect(step.challenge.factors).toMatchObject([{ kind: 'METHOD_HOTP', label: 'fob 17', usable: true }]);
  return step.challenge.signInToken;
}
