/**
 * Lockout: what too many failures bring. It owns the ladder, the reserving of attempts and the early no; it does not
 * own what is proved. Whether a proof is looked at is computed from the row (`lockout.ts`), never stored.
 */
export { type Attempt, lockedOut, reserveAttempt, waitStartedBy } from './attempt.js';
export { type EarlyNo, earlyNo } from './early-no.js';
export { CODE_BUDGET, DISABLED_AT, retryAfter, type Standing, standing, waitAfter } from './lockout.js';
export { createUnlooked, type Unlooked } from './unlooked.js';
export { codeWait, passwordWait, recoveryWait } from './wait-keys.js';
export type { WaitKey, WaitKind, WaitRow } from './wait-row.js';
