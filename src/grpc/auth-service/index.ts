import type { AuthServiceServer } from '../../../generated/sallyport/auth/v1/auth_service.js';
import type * as domain from '../../domain/index.js';
import type { Clock, ClockTrust } from '../../domain/ports.js';
import type { Handler } from '../incoming.js';
import type { PageTokens } from '../page-token.js';
import { enrollmentMethods } from './enrollment.js';
import { factorMethods } from './factors.js';
import { ownEventMethods } from './own-events.js';
import { recoveryMethods } from './recovery.js';
import { serverTimeMethods } from './server-time.js';
import { serviceAccountMethods } from './service-account.js';
import { sessionMethods } from './sessions.js';
import { signInMethods } from './sign-in.js';

/** What the door of everybody needs: one operation a method. */
export interface AuthOperations extends ReturnType<typeof domain.authOperations> {
  readonly validateSession: ReturnType<typeof domain.validateSession>;
  readonly clock: Clock;
  readonly clockTrusted: ClockTrust;
  readonly pageTokens: PageTokens;
}

export type AuthHandlers = Partial<Record<keyof AuthServiceServer, Handler<never>>>;

/** Converts, asks one operation, converts back; one file an area. What is missing is left to the runtime's UNIMPLEMENTED. */
export const authService = (operations: AuthOperations): AuthHandlers => ({
  ...signInMethods(operations),
  ...enrollmentMethods(operations),
  ...recoveryMethods(operations),
  ...ownEventMethods(operations),
  ...factorMethods(operations),
  ...serviceAccountMethods(operations),
  ...sessionMethods(operations),
  ...serverTimeMethods(operations),
});
