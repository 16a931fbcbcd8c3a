import { holdsGuarded } from '../role/permissions.js';
import type { Role } from '../role/role.js';
import type { Password } from './password.js';

const HOUR = 60 * 60_000;

/** How long a one-time password can be used: 72 h, 24 h for who holds a guarded permission, judged at use. */
const oneTimeLifetime = (roles: readonly Pick<Role, 'id' | 'permissions'>[]): number =>
  holdsGuarded(roles) ? 24 * HOUR : 72 * HOUR;

export const oneTimeEnd = (
  { createdAt, expiresAt = Number.POSITIVE_INFINITY }: Pick<Password, 'createdAt' | 'expiresAt'>,
  roles: readonly Pick<Role, 'id' | 'permissions'>[],
): number => Math.min(expiresAt, createdAt + oneTimeLifetime(roles));
