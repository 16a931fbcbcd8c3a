/**
 * Interceptors, from the outside in: request gives the call an id and records how it ended, errors turns what was thrown
 * into a status, caller finds out who calls, lockout says an early no. A test asserts this order.
 */
import type { Handler, Interceptor } from '../incoming.js';

export { callerInterceptor } from './caller.js';
export { errorsInterceptor } from './errors.js';
export { lockoutInterceptor } from './lockout.js';
export { type CallRecord, requestInterceptor } from './request.js';

export const ORDER = ['request', 'errors', 'caller', 'lockout'] as const;

export type Interceptors = Readonly<Record<(typeof ORDER)[number], Interceptor>>;

/** A method's handler inside all interceptors, composed once at start. */
export const intercepted = (interceptors: Interceptors, path: string, handler: Handler): Handler =>
  ORDER.reduceRight((inner, name) => interceptors[name](inner, path), handler);
