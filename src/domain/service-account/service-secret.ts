/**
 * Service account: programs that sign in without a person, and therefore without a second factor. Owns how a user becomes
 * one, their secrets, their own door and the warnings before something ends. What they may do belongs to role, where they
 * may come in to component.
 */
import type { KeyedHash } from '../ports.js';
import type { User } from '../user/user.js';

/** What a service account signs in by. One of several; each says through which components and from which networks. */
export interface ServiceSecret {
  readonly id: string;
  readonly userId: string;
  readonly hash: KeyedHash;
  readonly componentIds: readonly string[];
  /** In CIDR form, IPv4 and IPv6. */
  readonly networks: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | undefined;
  readonly lastUsedAt: number | undefined;
}

/** Whether a secret can be used at all now: neither is it over, nor its account. */
export const isUsable = (
  user: Pick<User, 'id' | 'kind' | 'state' | 'endsAt'>,
  { userId, revokedAt, expiresAt }: ServiceSecret,
  now: number,
): boolean =>
  user.kind === 'service-account' &&
  user.state === 'active' &&
  user.id === userId &&
  revokedAt === undefined &&
  now < expiresAt &&
  now < (user.endsAt ?? 0);
