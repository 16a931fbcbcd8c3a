/**
 * Component: the applications that call. Owns their policies, keys and how one is proved. It does not own sessions, which
 * only remember the component that opened them.
 */
import type { KeyedHash } from '../ports.js';

/** Whether people may come: `without-mfa` only while multi-factor authentication does not apply to them. */
export type PeopleAccess = 'always' | 'without-mfa' | 'never';

export interface Component {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly builtIn: boolean;
  readonly people: PeopleAccess;
  readonly serviceAccounts: boolean;
  readonly administration: boolean;
  readonly createdAt: number;
}

/** A secret or a registered client certificate; exactly one of the two is there. */
export interface ComponentKey {
  readonly id: string;
  readonly componentId: string;
  readonly secret: KeyedHash | undefined;
  /** SHA-256 of the certificate (DER), 32 bytes. */
  readonly certificate: Uint8Array | undefined;
  readonly createdAt: number;
}
