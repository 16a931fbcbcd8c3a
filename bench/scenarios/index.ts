/** Every scenario, in the order in which installations are seeded for them. */
import type { Scenario } from '../scenario.js';
import { listUsersDeepest, listUsersDepth, listUsersFirst } from './list-users.js';
import { scaleValidateSession, scaleVerifyOtp } from './scale.js';
import { startSignInAlone, startSignInFlood, validateSessionInFlood } from './start-sign-in.js';
import { idleMemory, startToServing } from './start-up.js';
import { twoProcessesValidateSession, twoProcessesVerifyOtp } from './two-processes.js';
import { validateSessionMariadb, validateSessionMariadbCached, validateSessionSqlite } from './validate-session.js';
import { verifyOtpMariadb, verifyOtpSqlite } from './verify-otp.js';

export const SCENARIOS: readonly Scenario[] = [
  validateSessionSqlite,
  verifyOtpSqlite,
  startSignInAlone,
  startSignInFlood,
  validateSessionInFlood,
  startToServing,
  idleMemory,
  validateSessionMariadb,
  validateSessionMariadbCached,
  verifyOtpMariadb,
  twoProcessesValidateSession,
  twoProcessesVerifyOtp,
  listUsersFirst,
  listUsersDeepest,
  listUsersDepth,
  scaleValidateSession,
  scaleVerifyOtp,
];
