import type { User } from '../user/user.js';
import type { MfaPolicy } from './mfa-policy.js';

/** Whether this user has to prove a second factor: people do while the switch is on. */
export const mfaApplies = (user: Pick<User, 'kind'>, policy: Pick<MfaPolicy, 'on'>): boolean =>
  policy.on && user.kind === 'person';
