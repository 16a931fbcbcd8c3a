import { BACKUP_ADMINISTRATOR } from '../../src/domain/role/permissions.js';
import { clientOf } from '../../test/support/people.js';
import { signIn } from '../sign-in.js';
import type { Cluster } from './cluster.js';

const FRESH_CODES = 120_000;

/** How often both of two administrators took the role from each other, and how often one did. */
export interface Removals {
  readonly both: number;
  readonly one: number;
}

/** The only two administrators take the role from each other, on two nodes at once, so many times. */
export async function removeEachOther({ servers, staff, hugo }: Cluster, rounds: number): Promise<Removals> {
  const [leader, , other] = servers;
  leader.setClock(leader.now() - Date.now() + FRESH_CODES);
  const [near, far] = [clientOf(leader), clientOf(other)];
  const session = await signIn(leader, near, staff.administrator);
  const { user } = await near.admin.getUser({ user: { $case: 'username', value: 'administrator' } }, { session });
  const root = user?.userId ?? '';
  await near.admin.assignRole({ userId: hugo.id, roleId: BACKUP_ADMINISTRATOR }, { session });
  const hugos = await signIn(leader, far, hugo);
  let both = 0;
  let one = 0;
  for (let round = 0; round < rounds && both === 0; round++) {
    const roleId = BACKUP_ADMINISTRATOR;
    const [byRoot, byHugo] = await Promise.allSettled([
      near.admin.unassignRole({ userId: hugo.id, roleId }, { session }),
      far.admin.unassignRole({ userId: root, roleId }, { session: hugos }),
    ]);
    const removed = [byRoot, byHugo].filter(({ status }) => status === 'fulfilled').length;
    if (removed === 2) both++;
    if (removed === 1) one++;
    if (removed !== 1) continue;
    if (byRoot.status === 'fulfilled') await near.admin.assignRole({ userId: hugo.id, roleId }, { session });
    else if (byHugo.status === 'fulfilled') await far.admin.assignRole({ userId: root, roleId }, { session: hugos });
  }
  if (both === 0) await near.admin.unassignRole({ userId: hugo.id, roleId: BACKUP_ADMINISTRATOR }, { session });
  near.close();
  far.close();
  return { both, one };
}
