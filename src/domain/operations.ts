/** Every operation that the two services offer, wired by hand to what it needs. */
import { adminReads } from './administration/read-named.js';
import { acknowledgeAuditEvent } from './audit/acknowledge-audit-event.js';
import { listAuditEvents } from './audit/list-audit-events.js';
import { listOwnEvents } from './audit/list-own-events.js';
import {
  createComponent,
  createComponentKey,
  deleteComponent,
  revokeComponentKey,
  updateComponent,
} from './component/change-components.js';
import { changePassword } from './credential/change-password.js';
import { beginEnrollment } from './enrollment/begin-enrollment.js';
import { confirmEnrollment } from './enrollment/confirm-enrollment.js';
import { removeUserFactor, resumeUserFactor, suspendUserFactor } from './factor/administer-factors.js';
import { removeFactor, renameFactor, suspendFactor } from './factor/change-factors.js';
import { importFactor } from './factor/import-factor.js';
import { listFactors, listUserFactors } from './factor/list-factors.js';
import { resyncFactor } from './factor/resync-factor.js';
import { createGroup, deleteGroup } from './group/change-groups.js';
import type { Unlooked } from './lockout/unlooked.js';
import { updateMfaPolicy } from './policy/update-mfa-policy.js';
import type { Blocklist, Clock, ClockTrust, Envelope, HashQueue, OtpCodes, Randomness, TokenHashes } from './ports.js';
import { regenerateRecoveryCodes } from './recovery/regenerate-recovery-codes.js';
import { useRecoveryCode } from './recovery/use-recovery-code.js';
import { assignRole, unassignRole } from './role/assign-role.js';
import { createRole, deleteRole, updateRole } from './role/change-roles.js';
import { createServiceSecret, listServiceSecrets, revokeServiceSecret } from './service-account/service-secrets.js';
import { setServiceAccount } from './service-account/set-service-account.js';
import { signInServiceAccount } from './service-account/sign-in-service-account.js';
import type { SessionActivity } from './session/activity.js';
import { listAllSessions, revokeSession, revokeUserSessions } from './session/administer-sessions.js';
import { endSession } from './session/end-session.js';
import { listOwnSessions } from './session/list-own-sessions.js';
import { startSignIn } from './sign-in/start-sign-in.js';
import { verifyOtp } from './sign-in/verify-otp.js';
import { reauthenticate } from './step-up/reauthenticate.js';
import type { CommittedReads, UnitOfWork } from './stores.js';
import { deleteUser, disableUser, enableUser, unlockUser, updateUser } from './user/change-user.js';
import { createUser } from './user/create-user.js';
import { getUser, listUsers } from './user/read-users.js';
import { createEnrollmentCode, resetMfa, resetPassword } from './user/reset-user.js';

/** All that any operation needs from outside; each takes its part. */
export interface OperationNeeds {
  readonly unitOfWork: UnitOfWork;
  readonly reads: CommittedReads;
  readonly clock: Clock;
  readonly clockTrusted: ClockTrust;
  readonly hashQueue: HashQueue;
  readonly randomness: Randomness;
  readonly tokenHashes: TokenHashes;
  readonly secretDigest: (secret: Uint8Array, userId: string) => Uint8Array;
  readonly otpCodes: OtpCodes;
  readonly envelope: Envelope;
  readonly blocklist: Blocklist;
  readonly activity: SessionActivity;
  readonly unlooked: Unlooked;
  /** Told after a password was changed by its owner. */
  readonly passwordChanged: (userId: string) => void;
}

/** What AuthService asks of the domain. */
export const authOperations = (all: OperationNeeds) => ({
  startSignIn: startSignIn(all),
  verifyOtp: verifyOtp(all),
  resyncFactor: resyncFactor(all),
  signInServiceAccount: signInServiceAccount(all),
  useRecoveryCode: useRecoveryCode(all),
  regenerateRecoveryCodes: regenerateRecoveryCodes(all),
  beginEnrollment: beginEnrollment(all),
  confirmEnrollment: confirmEnrollment(all),
  changePassword: changePassword(all),
  reauthenticate: reauthenticate(all),
  endSession: endSession(all),
  listOwnSessions: listOwnSessions(all),
  listOwnEvents: listOwnEvents(all),
  listFactors: listFactors(all),
  renameFactor: renameFactor(all),
  suspendFactor: suspendFactor(all),
  removeFactor: removeFactor(all),
});

/** What AdminService asks of the domain. */
export const adminOperations = (all: OperationNeeds) => ({
  ...adminReads(all),
  createUser: createUser(all),
  getUser: getUser(all),
  listUsers: listUsers(all),
  updateUser: updateUser(all),
  deleteUser: deleteUser(all),
  disableUser: disableUser(all),
  enableUser: enableUser(all),
  unlockUser: unlockUser(all),
  resetPassword: resetPassword(all),
  resetMfa: resetMfa(all),
  createEnrollmentCode: createEnrollmentCode(all),
  listUserFactors: listUserFactors(all),
  suspendUserFactor: suspendUserFactor(all),
  resumeUserFactor: resumeUserFactor(all),
  removeUserFactor: removeUserFactor(all),
  importFactor: importFactor(all),
  setServiceAccount: setServiceAccount(all),
  createServiceSecret: createServiceSecret(all),
  listServiceSecrets: listServiceSecrets(all),
  revokeServiceSecret: revokeServiceSecret(all),
  createRole: createRole(all),
  updateRole: updateRole(all),
  deleteRole: deleteRole(all),
  assignRole: assignRole(all),
  unassignRole: unassignRole(all),
  createGroup: createGroup(all),
  deleteGroup: deleteGroup(all),
  updateMfaPolicy: updateMfaPolicy(all),
  createComponent: createComponent(all),
  updateComponent: updateComponent(all),
  deleteComponent: deleteComponent(all),
  createComponentKey: createComponentKey(all),
  revokeComponentKey: revokeComponentKey(all),
  listAllSessions: listAllSessions(all),
  revokeSession: revokeSession(all),
  revokeUserSessions: revokeUserSessions(all),
  listAuditEvents: listAuditEvents(all),
  acknowledgeAuditEvent: acknowledgeAuditEvent(all),
});
