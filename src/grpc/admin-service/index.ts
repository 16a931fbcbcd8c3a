import type { AdminServiceServer } from '../../../generated/sallyport/admin/v1/admin_service.js';
import type * as domain from '../../domain/index.js';
import type { Clock } from '../../domain/ports.js';
import type { Handler } from '../incoming.js';
import type { PageTokens } from '../page-token.js';
import { auditMethods } from './audit.js';
import { componentMethods } from './components.js';
import { factorMethods } from './factors.js';
import { groupMethods } from './groups.js';
import { policyMethods } from './mfa-policy.js';
import { roleMethods } from './roles.js';
import { serviceAccountMethods } from './service-accounts.js';
import { sessionMethods } from './sessions.js';
import { userMethods } from './users.js';

/** What the administrators' door needs: one operation a method. */
export interface AdminOperations extends ReturnType<typeof domain.adminOperations> {
  readonly clock: Clock;
  readonly pageTokens: PageTokens;
}

export type AdminHandlers = Partial<Record<keyof AdminServiceServer, Handler<never>>>;

/** Converts, asks one operation, converts back; one file an area. What is missing is left to the runtime's UNIMPLEMENTED. */
export const adminService = (operations: AdminOperations): AdminHandlers => ({
  ...userMethods(operations),
  ...factorMethods(operations),
  ...roleMethods(operations),
  ...groupMethods(operations),
  ...policyMethods(operations),
  ...componentMethods(operations),
  ...serviceAccountMethods(operations),
  ...sessionMethods(operations),
  ...auditMethods(operations),
});
