import type { AdminServiceServer } from '../../../generated/sallyport/admin/v1/admin_service.js';
import type * as domain from '../../domain/index.js';
import type { Clock } from '../../domain/ports.js';
import type { Handler } from '../incoming.js';
import type { PageTokens } from '../page-token.js';
import { auditMethods } from './audit.js';
import { componentMethods } from './components.js';
import { groupMethods } from './groups.js';
import { policyMethods } from './mfa-policy.js';
import { roleMethods } from './roles.js';
import { sessionMethods } from './sessions.js';
import { userMethods } from './users.js';

/** What the administrators' door needs: one operation a method. */
export interface AdminOperations extends ReturnType<typeof domain.adminReads> {
  readonly createUser: ReturnType<typeof domain.createUser>;
  readonly getUser: ReturnType<typeof domain.getUser>;
  readonly listUsers: ReturnType<typeof domain.listUsers>;
  readonly updateUser: ReturnType<typeof domain.updateUser>;
  readonly deleteUser: ReturnType<typeof domain.deleteUser>;
  readonly disableUser: ReturnType<typeof domain.disableUser>;
  readonly enableUser: ReturnType<typeof domain.enableUser>;
  readonly unlockUser: ReturnType<typeof domain.unlockUser>;
  readonly resetPassword: ReturnType<typeof domain.resetPassword>;
  readonly resetMfa: ReturnType<typeof domain.resetMfa>;
  readonly createEnrollmentCode: ReturnType<typeof domain.createEnrollmentCode>;
  readonly createRole: ReturnType<typeof domain.createRole>;
  readonly updateRole: ReturnType<typeof domain.updateRole>;
  readonly deleteRole: ReturnType<typeof domain.deleteRole>;
  readonly assignRole: ReturnType<typeof domain.assignRole>;
  readonly unassignRole: ReturnType<typeof domain.unassignRole>;
  readonly createGroup: ReturnType<typeof domain.createGroup>;
  readonly deleteGroup: ReturnType<typeof domain.deleteGroup>;
  readonly updateMfaPolicy: ReturnType<typeof domain.updateMfaPolicy>;
  readonly createComponent: ReturnType<typeof domain.createComponent>;
  readonly updateComponent: ReturnType<typeof domain.updateComponent>;
  readonly deleteComponent: ReturnType<typeof domain.deleteComponent>;
  readonly createComponentKey: ReturnType<typeof domain.createComponentKey>;
  readonly revokeComponentKey: ReturnType<typeof domain.revokeComponentKey>;
  readonly listAllSessions: ReturnType<typeof domain.listAllSessions>;
  readonly revokeSession: ReturnType<typeof domain.revokeSession>;
  readonly revokeUserSessions: ReturnType<typeof domain.revokeUserSessions>;
  readonly listAuditEvents: ReturnType<typeof domain.listAuditEvents>;
  readonly clock: Clock;
  readonly pageTokens: PageTokens;
}

export type AdminHandlers = Partial<Record<keyof AdminServiceServer, Handler<never>>>;

/** Converts, asks one operation, converts back; one file an area. What is missing is left to the runtime's UNIMPLEMENTED. */
export const adminService = (operations: AdminOperations): AdminHandlers => ({
  ...userMethods(operations),
  ...roleMethods(operations),
  ...groupMethods(operations),
  ...policyMethods(operations),
  ...componentMethods(operations),
  ...sessionMethods(operations),
  ...auditMethods(operations),
});
