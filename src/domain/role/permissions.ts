/** Guarded: in Backup Administrator only, never in a custom role, never used by a service account. */
export const GUARDED_PERMISSIONS = [
  'mfa.manage',
  'users.write',
  'roles.write',
  'groups.write',
  'components.write',
  'service-accounts.write',
] as const;

/** Ours, and free for custom roles. */
export const UNGUARDED_PERMISSIONS = [
  'users.read',
  'users.unlock',
  'roles.read',
  'groups.read',
  'components.read',
  'policy.read',
  'sessions.read',
  'sessions.revoke',
  'audit.read',
] as const;

export const OWN_PERMISSIONS = [...GUARDED_PERMISSIONS, ...UNGUARDED_PERMISSIONS] as const;
export type OwnPermission = (typeof OWN_PERMISSIONS)[number];

/** Rights of the backup product that the built-in roles give. To us they are opaque names that ValidateSession hands on. */
export const PRODUCT_RIGHTS = [
  'backup.run',
  'backup.write',
  'restore.run',
  'tape.run',
  'credentials.write',
  'four-eyes.approve',
  'malware.report',
  'console.read',
] as const;

export const BACKUP_ADMINISTRATOR = 'backup-administrator';

const guarded: ReadonlySet<string> = new Set(GUARDED_PERMISSIONS);
const own: ReadonlySet<string> = new Set(OWN_PERMISSIONS);

export const isGuarded = (permission: string): boolean => guarded.has(permission);
/** Whether any of these roles gives a guarded permission. The built-in one counts, whatever became of its permissions. */
export const holdsGuarded = (
  roles: readonly { readonly id: string; readonly permissions: readonly string[] }[],
): boolean => roles.some(({ id, permissions }) => id === BACKUP_ADMINISTRATOR || permissions.some(isGuarded));

export const isOwn = (permission: string): boolean => own.has(permission);
