import type {
  AccountNotice as NoticeMessage,
  OpenedSession as OpenedMessage,
  SignInStep as StepMessage,
} from '../../../generated/sallyport/auth/v1/sign_in.js';
import type { AccountNotice } from '../../domain/session/account-notice.js';
import type { OpenedSession } from '../../domain/session/open-session.js';
import type { ChallengeFactor, SignInStep } from '../../domain/sign-in/sign-in-step.js';
import { toDate } from './date.js';
import { toMethod } from './factor.js';

export const toOpened = ({ session, token, idleTimeout, notice }: OpenedSession): OpenedMessage => ({
  sessionId: session.id,
  sessionToken: token,
  expireTime: new Date(session.expiresAt),
  idleTimeoutSeconds: BigInt(Math.floor(idleTimeout / 1000)),
  notice: notice && toNotice(notice),
});

const toNotice = ({ previous, failuresSince, passwordProvedOnly }: AccountNotice): NoticeMessage => ({
  lastSignInTime: toDate(previous?.at),
  lastSignInAddress: previous?.address ?? '',
  failuresSince,
  passwordProvedOnly: passwordProvedOnly.map(({ at, address, componentId }) => ({
    eventTime: new Date(at),
    address,
    componentId,
  })),
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
