import type {
  OpenedSession as OpenedMessage,
  SignInStep as StepMessage,
} from '../../../generated/sallyport/auth/v1/sign_in.js';
import type { OpenedSession } from '../../domain/session/open-session.js';
import type { ChallengeFactor, SignInStep } from '../../domain/sign-in/sign-in-step.js';
import { toDate, toMethod } from './factor.js';

export const toOpened = ({ session, token, idleTimeout, previous }: OpenedSession): OpenedMessage => ({
  sessionId: session.id,
  sessionToken: token,
  expireTime: new Date(session.expiresAt),
  idleTimeoutSeconds: BigInt(Math.floor(idleTimeout / 1000)),
  notice: previous && {
    lastSignInTime: new Date(previous.at),
    lastSignInAddress: previous.address,
    failuresSince: 0,
    passwordProvedOnly: [],
  },
});

const toChallengeFactor = ({ factorId, kind, label, usable, retryAt }: ChallengeFactor) => ({
  factorId,
  kind: toMethod(kind),
  label,
  usable,
  retryTime: toDate(retryAt),
});

export function toStep(step: SignInStep): StepMessage {
  if (step.next === 'session') return { step: { $case: 'session', value: toOpened(step.opened) } };
  const stage = { signInToken: step.token, expireTime: new Date(step.expiresAt) };
  switch (step.next) {
    case 'challenge':
      return { step: { $case: 'challenge', value: { ...stage, factors: step.factors.map(toChallengeFactor) } } };
    case 'password_change':
      return { step: { $case: 'passwordChange', value: { ...stage, minimumLength: step.minimumLength } } };
    case 'enrollment':
      return { step: { $case: 'enrollment', value: { ...stage, codeRequired: step.codeRequired } } };
  }
}
