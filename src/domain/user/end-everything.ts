import { endSignInsOf } from '../sign-in/end-sign-ins.js';
import type { Stores } from '../stores.js';
import type { User } from './user.js';

/** Sessions and sign-ins of a user whose security version has just risen: dead already, now gone too. */
export async function endEverything(stores: Stores, user: Pick<User, 'id'>, now: number): Promise<number> {
  await endSignInsOf(stores, user.id, now);
  return stores.sessions.removeOf(user.id);
}
