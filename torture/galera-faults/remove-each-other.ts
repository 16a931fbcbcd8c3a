import { clientOf } from '../../test/support/people.js';
import { signIn } from '../sign-in.js';
import type { Cluster } from './cluster.js';
import { BACKUP_ADMINISTRATOR } from './fault-trial.js';

const FRESH_CODES = 120_000;

/** The only two administrators take the role from each other, on two nodes at once, so many times: how often both did. */
export async function removeEachOther({ servers, staff, hugo }: Cluster, rounds: number): Promise<number> {
  const [leader, , other] = servers;
  leader.setClock(leader.now() - Date.now() + FRESH_CODES);
  const [near, far] = [clientOf(leader), clientOf(other)];
  const session = await signIn(leader, near, staff.administrator);
  const { user } = await near.admin.getUser({ user: { $case: 'username', value: 'administrator' } }, { session });
  const root = user?.userId ?? '';
  await near.admin.assignRole({ userId: hugo.id, roleId: BACKUP_ADMINISTRATOR }, { session });
  const hugos = await signIn(leader, far, hugo);
  let both = 0;
  for (let round = 0; round < rounds && both === 0; round++) {
    const roleId = BACKUP_ADMINISTRATOR;
    const [byRoot, byHugo] = await Promise.allSettled([
      near.admin.unassignRole({ userId: hugo.id, roleId }, { session }),
      far.admin.unassignRole({ userId: root, roleId }, { session: hugos }),
    ]);
    if (byRoot.status === 'fulfilled' && byHugo.status === 'fulfilled') both++;
    else if (byRoot.status === 'fulfilled') await near.admin.assignRole({ userId: hugo.id, roleId }, { session });
    else if (byHugo.status === 'fulfilled') await far.admin.assignRole({ userId: root, roleId }, { session: hugos });
  }
  if (both === 0) await near.admin.unassignRole({ userId: hugo.id, roleId: BACKUP_ADMINISTRATOR }, { session });
  near.close();
  far.close();
  return both;
}
