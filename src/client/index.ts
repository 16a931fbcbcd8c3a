/**
 * The typed clients that other programs import as `sallyport/client`.
 *
 * Owns how a program reaches a Sallyport server: the connection with its TLS and component key, one promise-returning
 * method per RPC, and one error class for every "no". Owns no rule and loads no code of the server, so nothing has to
 * be compiled for it and it runs wherever Node runs.
 */
export * as Admin from './admin-messages.js';
export * as Auth from './auth-messages.js';
export type { CallOptions } from './call-options.js';
export { type AdminClient, type AuthClient, connect, type Sallyport } from './connect.js';
export type { ConnectOptions, TlsOptions } from './connect-options.js';
export type { DeepPartial } from './deep-partial.js';
export type { RpcMethods } from './rpc-methods.js';
export { type FieldViolation, type PreconditionViolation, type ReasonName, SallyportError } from './sallyport-error.js';
export type { StatusName } from './status-name.js';
