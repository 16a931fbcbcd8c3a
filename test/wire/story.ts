import { expect } from 'vitest';
import type { Sallyport } from '../support/sallyport.js';
import type { Answer, Driver, Json, Question, RefusalAnswer } from './driver.js';
import { hardwareToken } from './hardware-token.js';
import { lostPhone } from './lost-phone.js';
import { newPhone } from './new-phone.js';
import { phoneCode } from './oathtool.js';
import { programs } from './programs.js';

export const PASSWORD = 'granite sparrow lantern';
const MINUTE = 60_000;
const STEP = 30_000;

/** A story's voice: asks through a foreign client and says what must come back. */
export class Storyteller {
  private readonly driver: Driver;
  readonly server: Sallyport;

  constructor(driver: Driver, server: Sallyport) {
    this.driver = driver;
    this.server = server;
  }

  async tell(method: string, request: object, by: Omit<Question, 'method' | 'request'> = {}): Promise<Json> {
    const answer = await this.ask(method, request, by);
    if (!answer.ok)
      throw new Error(`${method}: ${answer.refusal.code} ${answer.refusal.reason} ${answer.refusal.message}`);
    return answer.response;
  }

  async refused(
    reason: string,
    method: string,
    request: object,
    by: Omit<Question, 'method' | 'request'> = {},
  ): Promise<RefusalAnswer> {
    const answer = await this.ask(method, request, by);
    expect(answer.ok ? 'answered' : answer.refusal.reason, method).toBe(reason);
    return (answer as Answer & { ok: false }).refusal;
  }

  private ask(method: string, request: object, by: Omit<Question, 'method' | 'request'>): Promise<Answer> {
    return this.driver.ask({ method, request, ...by });
  }

  /** Lets the server's time pass to the next step of every phone, so that the next code is a fresh one. */
  nextStep(): void {
    this.pass(STEP);
  }

  /** Lets the server's time pass to just after a step began, so that none ends between a code and its answer. */
  alignStep(): void {
    this.pass(STEP - (this.server.now() % STEP) + 500);
  }

  pass(milliseconds: number): void {
    this.server.setClock(this.server.now() - Date.now() + milliseconds);
  }

  code(secret: string, phoneBehind = 0): string {
    return phoneCode(secret, this.server.now() - phoneBehind);
  }

  /** Name and password, and where a phone is enrolled its next code: a session's token. */
  async signIn(username: string, secret?: string, by: Pick<Question, 'componentKey'> = {}): Promise<string> {
    const { step } = await this.tell('auth/StartSignIn', { username, password: PASSWORD }, by);
    if (secret === undefined) return step.session.sessionToken;
    this.nextStep();
    const answer = await this.tell(
      'auth/VerifyOtp',
      { signInToken: step.challenge.signInToken, code: this.code(secret) },
      by,
    );
    return answer.step.session.sessionToken;
  }

  /** From a one-time password to a session with a phone, and ten recovery codes. */
  async firstSignIn(
    username: string,
    oneTimePassword: string,
    enrollmentCode = '',
  ): Promise<{ session: string; secret: string; recoveryCodes: string[] }> {
    const start = await this.tell('auth/StartSignIn', { username, password: oneTimePassword });
    const changed = await this.tell('auth/ChangePassword', {
      signInToken: start.step.passwordChange.signInToken,
      newPassword: PASSWORD,
    });
    const { signInToken } = changed.step.enrollment;
    const { secret } = await this.tell('auth/BeginEnrollment', { signInToken, enrollmentCode });
    const confirm = { signInToken, code: this.code(secret) };
    const { step, recoveryCodes } = await this.tell('auth/ConfirmEnrollment', confirm);
    return { session: step.session.sessionToken, secret, recoveryCodes };
  }
}

/** The whole story: from the first administrator to a reset, through one foreign client. */
export async function wholeStory(story: Storyteller): Promise<void> {
  const { server } = story;

  // The first administrator signs in with the one-time password, changes it, enrols.
  const admin = await story.firstSignIn('Administrator', server.firstPassword());
  // Changed, so it opens nothing any more.
  expect(() => server.firstPassword()).toThrow('ENOENT');
  const session = { session: admin.session };

  // A component key and a user.
  const { componentKey } = await story.tell('admin/CreateComponentKey', { componentId: 'console' }, session);
  expect(componentKey).toMatch(/^spk_/);
  const carol = await story.tell('admin/CreateUser', { username: 'Carol', roleIds: ['backup-viewer'] }, session);
  expect(carol.user.username).toBe('carol');

  // MFA off needs a fresh proof; with an old one it is refused, and a code gives it.
  story.pass(11 * MINUTE);
  const off = { policy: { mfaSwitch: 'MFA_SWITCH_OFF' }, updateMask: { paths: ['mfa_switch'] } };
  const stale = await story.refused('STEP_UP_REQUIRED', 'admin/UpdateMfaPolicy', off, session);
  expect(stale.metadata).toMatchObject({ max_age: '600', methods: 'totp,hotp' });
  const proved = await story.tell('auth/Reauthenticate', { code: story.code(admin.secret) }, session);
  await story.refused('SESSION_REQUIRED', 'auth/ListSessions', {}, session);
  const fresh = { session: proved.session.sessionToken as string };
  await story.tell('admin/UpdateMfaPolicy', off, fresh);

  // A group stands in the way of switching on, by name; then it goes.
  const { group } = await story.tell('admin/CreateGroup', { name: 'Domain Admins' }, fresh);
  const on = { policy: { mfaSwitch: 'MFA_SWITCH_ON' }, updateMask: { paths: ['mfa_switch'] } };
  const present = await story.refused('GROUPS_PRESENT', 'admin/UpdateMfaPolicy', on, fresh);
  expect(present.preconditions).toHaveLength(1);
  expect(present.preconditions[0]).toContain('Domain Admins');
  await story.tell('admin/DeleteGroup', { groupId: group.groupId }, fresh);

  // The preview names who has no factor and until when they may enrol; then on, and no group can be made.
  const { preview } = await story.tell('admin/UpdateMfaPolicy', { ...on, validateOnly: true }, fresh);
  expect(preview.peopleWithoutFactor.map(({ username }: { username: string }) => username)).toEqual(['carol']);
  expect(Date.parse(preview.peopleWithoutFactor[0].enrollUntilTime)).toBeGreaterThan(server.now());
  await story.tell('admin/UpdateMfaPolicy', on, fresh);
  await story.refused('MFA_ENABLED', 'admin/CreateGroup', { name: 'Others' }, fresh);

  // The user's first sign-in offers enrolment; a phone four and a half minutes behind is told so.
  const start = await story.tell('auth/StartSignIn', { username: 'CAROL', password: carol.oneTimePassword });
  const changed = await story.tell('auth/ChangePassword', {
    signInToken: start.step.passwordChange.signInToken,
    newPassword: PASSWORD,
  });
  const { signInToken, codeRequired } = changed.step.enrollment;
  expect(codeRequired ?? false).toBe(false);
  const { secret } = await story.tell('auth/BeginEnrollment', { signInToken });
  story.alignStep();
  const behind = await story.refused('INVALID_CODE', 'auth/ConfirmEnrollment', {
    signInToken,
    code: story.code(secret, 4.5 * MINUTE),
  });
  expect(behind.message).toContain('4 min 30 s behind');
  expect(behind.metadata).toMatchObject({ hint: 'CLOCK_OFF', clock_offset: '-270' });
  const spent = story.code(secret);
  const confirmed = await story.tell('auth/ConfirmEnrollment', { signInToken, code: spent });
  const carols = confirmed.step.session.sessionToken as string;

  // Another program validates the session with its key; the same code again is refused.
  const valid = await story.tell('auth/ValidateSession', { sessionToken: carols }, { componentKey });
  expect(valid).toMatchObject({ username: 'carol', roleIds: ['backup-viewer'], permissions: ['console.read'] });
  const again = await story.tell('auth/StartSignIn', { username: 'carol', password: PASSWORD });
  const used = { signInToken: again.step.challenge.signInToken, code: spent };
  const usedAnswer = await story.refused('INVALID_CODE', 'auth/VerifyOtp', used);
  expect(usedAnswer.metadata['hint']).toBe('CODE_ALREADY_USED');

  // Six wrong codes: the sixth is LOCKED_OUT for at least a minute; a new sign-in shows the factor waiting, and even the
  // right code is refused.
  await guessUntilLocked(story, again.step.challenge.signInToken, secret);
  const waiting = await story.tell('auth/StartSignIn', { username: 'carol', password: PASSWORD });
  const [factor] = waiting.step.challenge.factors;
  expect(factor.usable ?? false).toBe(false);
  expect(Date.parse(factor.retryTime)).toBeGreaterThan(server.now());
  const right = { signInToken: waiting.step.challenge.signInToken, code: phoneCode(secret, server.now() + STEP) };
  await story.refused('LOCKED_OUT', 'auth/VerifyOtp', right);

  // ResetMfa: the old session is dead, enrolment is offered again and the code is asked for.
  const reset = await story.tell('admin/ResetMfa', { userId: carol.user.userId }, fresh);
  await story.refused('SESSION_INACTIVE', 'auth/ValidateSession', { sessionToken: carols }, { componentKey });
  const anew = await story.tell('auth/StartSignIn', { username: 'carol', password: PASSWORD });
  expect(anew.step.enrollment.codeRequired).toBe(true);
  const token = anew.step.enrollment.signInToken;
  await story.refused('ENROLLMENT_CODE_INVALID', 'auth/BeginEnrollment', { signInToken: token });
  await story.refused('ENROLLMENT_CODE_INVALID', 'auth/BeginEnrollment', {
    signInToken: token,
    enrollmentCode: '0000-0000-0000-0000',
  });
  const second = await story.tell('auth/BeginEnrollment', {
    signInToken: token,
    enrollmentCode: reset.enrollmentCode.toLowerCase(),
  });
  const enrolled = await story.tell('auth/ConfirmEnrollment', { signInToken: token, code: story.code(second.secret) });

  // A Backup Viewer may not reset anybody.
  const viewer = { session: enrolled.step.session.sessionToken as string };
  const denied = await story.refused('PERMISSION_MISSING', 'admin/ResetMfa', { userId: carol.user.userId }, viewer);
  expect(denied).toMatchObject({ code: 'PERMISSION_DENIED', metadata: { permission: 'mfa.manage' } });

  await newPhone(story, admin.secret);
  await lostPhone(story, admin.secret);
  await hardwareToken(story, admin.secret);
  await programs(story, admin.secret);
}

async function guessUntilLocked(story: Storyteller, signInToken: string, secret: string): Promise<void> {
  const wrong = wrongCode(secret, story.server.now());
  for (let guess = 1; guess <= 5; guess++)
    await story.refused('INVALID_CODE', 'auth/VerifyOtp', { signInToken, code: wrong });
  const locked = await story.refused('LOCKED_OUT', 'auth/VerifyOtp', { signInToken, code: wrong });
  expect(locked.code).toBe('RESOURCE_EXHAUSTED');
  expect(locked.retryDelay).toBeGreaterThanOrEqual(60);
}

/** A code that is right at no step near now. */
export function wrongCode(secret: string, now: number): string {
  const near = new Set(Array.from({ length: 60 }, (_, index) => phoneCode(secret, now + (index - 30) * STEP)));
  for (let guess = 0; ; guess++) {
    const code = String(guess).padStart(6, '0');
    if (!near.has(code)) return code;
  }
}
