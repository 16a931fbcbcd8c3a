import { BACKUP_ADMINISTRATOR } from '../role/permissions.js';
import type { Stores } from '../stores.js';

/**
 * Once somebody who manages multi-factor authentication has a device, there is somebody who makes enrolment codes: the first
 * administrator needs one like everybody else, whatever becomes of that user or role.
 */
export async function noteAdministratorEnrolled(
  stores: Pick<Stores, 'users' | 'roles' | 'installation'>,
  userId: string,
): Promise<void> {
  const user = await stores.users.byId(userId);
  if (user?.enrolledAt === undefined) return;
  const roles = await stores.roles.ofUser(userId);
  if (roles.some(({ id }) => id === BACKUP_ADMINISTRATOR)) await stores.installation.noteAdministratorEnrolled();
}
