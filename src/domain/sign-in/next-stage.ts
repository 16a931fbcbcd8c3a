import type { Password } from '../credential/password.js';
import type { User } from '../user/user.js';
import type { SignIn, SignInStage } from './sign-in.js';

export interface StageFacts {
  readonly mfa: boolean;
  readonly enrolled: boolean;
  readonly passwordKind: Password['kind'];
  readonly secondFactorProved: boolean;
}

/** The order of the doors: second factor if enrolled, password change if due, enrolment if due, session. */
export function nextStage({ mfa, enrolled, passwordKind, secondFactorProved }: StageFacts): SignInStage | 'session' {
  if (mfa && enrolled && !secondFactorProved) return 'challenge';
  if (passwordKind === 'one-time') return 'password_change';
  if (mfa && !enrolled) return 'enrollment';
  return 'session';
}

export const stageFacts = (
  user: Pick<User, 'enrolledAt'>,
  mfa: boolean,
  passwordKind: Password['kind'],
  signIn: Pick<SignIn, 'secondFactor'>,
): StageFacts => ({
  mfa,
  enrolled: user.enrolledAt !== undefined,
  passwordKind,
  secondFactorProved: signIn.secondFactor !== undefined,
});

const MINUTE = 60_000;
const LIFETIMES: Readonly<Record<SignInStage, number>> = {
  challenge: 5 * MINUTE,
  password_change: 20 * MINUTE,
  enrollment: 20 * MINUTE,
};

/** Milliseconds that a token of this stage lives. */
export const stageLifetime = (stage: SignInStage): number => LIFETIMES[stage];
