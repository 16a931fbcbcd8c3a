import type {
  ChangePasswordRequest,
  ReauthenticateRequest,
  ResyncFactorRequest,
  SignInServiceAccountRequest,
  StartSignInRequest,
  UseRecoveryCodeRequest,
  VerifyOtpRequest,
} from '../../../generated/sallyport/auth/v1/auth_service.js';
import { isCaller } from '../../domain/call.js';
import { lockedOut } from '../../domain/lockout/attempt.js';
import type { EarlyNo } from '../../domain/lockout/early-no.js';
import { looksLikeSecret } from '../../domain/service-account/sign-in-service-account.js';
import { canonicalName } from '../../domain/user/canonical-name.js';
import { type Handler, type Incoming, type Interceptor, MALFORMED } from '../incoming.js';

type Look = (early: EarlyNo, incoming: Incoming, request: unknown) => Promise<number | undefined> | undefined;

const SERVICE = '/sallyport.auth.v1.AuthService/';

const ownUser = ({ call }: Incoming) => (call && isCaller(call) ? call.active.user : undefined);

/** Every method that takes a proof, and whose wait it asks for. */
const LOOKS: ReadonlyMap<string, Look> = new Map<string, Look>([
  [
    `${SERVICE}StartSignIn`,
    (early, { deadline }, request) => {
      const name = canonicalName((request as StartSignInRequest).username)?.text;
      return name === undefined ? undefined : early.password(name, deadline);
    },
  ],
  [
    `${SERVICE}SignInServiceAccount`,
    (early, { deadline }, request) => {
      const { username, secret } = request as SignInServiceAccountRequest;
      const name = looksLikeSecret(secret) ? undefined : canonicalName(username)?.text;
      return name === undefined ? undefined : early.password(name, deadline);
    },
  ],
  [
    `${SERVICE}VerifyOtp`,
    (early, { deadline }, request) => early.signIn((request as VerifyOtpRequest).signInToken, deadline),
  ],
  [
    `${SERVICE}ResyncFactor`,
    (early, incoming, request) => {
      const { signInToken } = request as ResyncFactorRequest;
      const user = ownUser(incoming);
      if (signInToken !== '') return early.signIn(signInToken, incoming.deadline);
      return user && early.code(user.id, incoming.deadline);
    },
  ],
  [
    `${SERVICE}UseRecoveryCode`,
    (early, { deadline }, request) => early.recovery((request as UseRecoveryCodeRequest).signInToken, deadline),
  ],
  [
    `${SERVICE}Reauthenticate`,
    (early, incoming, request) => {
      const user = ownUser(incoming);
      if (!user) return undefined;
      const byCode = (request as ReauthenticateRequest).proof?.$case === 'code';
      return byCode ? early.code(user.id, incoming.deadline) : early.password(user.name, incoming.deadline);
    },
  ],
  [
    `${SERVICE}ChangePassword`,
    (early, incoming, request) => {
      const user = ownUser(incoming);
      return user && (request as ChangePasswordRequest).currentPassword !== ''
        ? early.password(user.name, incoming.deadline)
        : undefined;
    },
  ],
]);

export const LOCKED_METHODS: readonly string[] = [...LOOKS.keys()];

/** Answers LOCKED_OUT from committed state, without a write and without a hash: an early no, never a yes. */
export function lockoutInterceptor(early: EarlyNo): Interceptor {
  return (next: Handler, path: string): Handler => {
    const look = LOOKS.get(path);
    if (!look) return next;
    return async (incoming, request) => {
      const wait = request === MALFORMED ? undefined : await look(early, incoming, request);
      if (wait !== undefined) throw lockedOut(wait);
      return next(incoming, request);
    };
  };
}
