import { LOCAL } from './component/built-in-components.js';
import type { Component } from './component/component.js';
import type { MfaPolicy } from './policy/mfa-policy.js';
import type { Session } from './session/session.js';
import type { User } from './user/user.js';

/** What every operation knows of the call it serves. The component is proved, never claimed. */
export interface Call {
  readonly requestId: string;
  /** `/sallyport.auth.v1.AuthService/VerifyOtp`. */
  readonly rpc: string;
  readonly component: Component;
  /** The person's machine where a proved component says so, else `peer`. */
  readonly address: string;
  /** Where the connection comes from: behind a web server, its machine. */
  readonly peer: string;
  readonly description: string;
  /** Milliseconds since 1970 on this machine's clock; undefined is none. */
  readonly deadline: number | undefined;
}

/** A session that holds right now, with everything read from committed state at this moment. */
export interface ActiveSession {
  readonly session: Session;
  readonly user: Pick<User, 'id' | 'name' | 'kind' | 'state' | 'securityVersion' | 'enrolledAt'>;
  readonly roleIds: readonly string[];
  readonly permissions: ReadonlySet<string>;
  /** The component that opened it. */
  readonly component: Component;
  readonly policy: MfaPolicy;
  /** The earlier of age and idle end. */
  readonly expiresAt: number;
}

/** A call made in a session of its own. */
export interface Caller extends Call {
  readonly active: ActiveSession;
}

/**
 * The call as one of whoever began this sign-in or session: its address is the one told then. A component that proved itself
 * stands between the two of us; through `local` a person calls directly.
 */
export const remembered = <C extends Call>(call: C, { address }: { readonly address: string }): C =>
  call.component.id === LOCAL ? call : { ...call, address };

/** Whether a call is made in a session of its own. */
export const isCaller = (call: Call | Caller): call is Caller => 'active' in call;
