import { Refusal } from '../refusal.js';
import type { ReadStores } from '../stores.js';
import type { User } from './user.js';

/** The user with this id, else NOT_FOUND. */
export async function userById({ users }: Pick<ReadStores, 'users'>, id: string): Promise<User> {
  const user = await users.byId(id);
  if (!user) throw new Refusal('NOT_FOUND', { message: 'There is no user with this id.' });
  return user;
}
