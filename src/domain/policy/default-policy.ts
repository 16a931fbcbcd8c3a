import type { MfaPolicy } from './mfa-policy.js';

const MINUTE = 60_000;

/** A new installation's policy: multi-factor authentication is on. */
export const DEFAULT_POLICY: Omit<MfaPolicy, 'switchedOnAt' | 'updatedAt'> = {
  on: true,
  issuer: 'Sallyport',
  windowSteps: 1,
  sessionLifetime: 12 * 60 * MINUTE,
  sessionIdleTimeout: 30 * MINUTE,
  enrollmentProof: 'code_after_reset',
};
