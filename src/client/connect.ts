import { AdminServiceService } from '../../generated/sallyport/admin/v1/admin_service.js';
import { AuthServiceService } from '../../generated/sallyport/auth/v1/auth_service.js';
import * as adminMessages from './admin-messages.js';
import * as authMessages from './auth-messages.js';
import type { ConnectOptions } from './connect-options.js';
import { type Connection, openConnection } from './connection.js';
import { type RpcMethods, rpcMethods } from './rpc-methods.js';

/** Signs people in and out and answers who a session belongs to. */
export interface AuthClient extends RpcMethods<AuthServiceService> {}

/** Manages users, roles, groups, components, sessions and policy, and shows the audit trail. */
export interface AdminClient extends RpcMethods<AdminServiceService> {}

/** Both services of one server, over one connection. */
export interface Sallyport {
  readonly auth: AuthClient;
  readonly admin: AdminClient;
  /** The same connection, calling in another session; `undefined` calls in none. */
  readonly withSession: (token: string | undefined) => Sallyport;
  /** Makes one call of any method, of other services too. Rejects with a SallyportError. */
  readonly unary: Connection['unary'];
  /** Ends the connection, also for everyone who shares it by `withSession`; calls under way are finished. */
  readonly close: () => void;
}

/** Prepares a connection; it is made with the first call. Throws if the options cannot be meant. */
export function connect(options: ConnectOptions): Sallyport {
  const { session, ...rest } = options;
  return inSession(openConnection(rest), session);
}

function inSession(connection: Connection, session: string | undefined): Sallyport {
  const bound: Connection = {
    ...connection,
    unary: (method, request, options) =>
      connection.unary(method, request, { ...options, session: options?.session ?? session }),
  };
  return {
    auth: rpcMethods(bound, AuthServiceService, authMessages),
    admin: rpcMethods(bound, AdminServiceService, adminMessages),
    unary: bound.unary,
    withSession: (token) => inSession(connection, token),
    close: connection.close,
  };
}
