import type { Password } from '../credential/password.js';
import type { Stores } from '../stores.js';
import type { User } from '../user/user.js';

/** Who has a canonical name, and their password. */
export type Find = (
  stores: Pick<Stores, 'users' | 'passwords'>,
  name: string,
) => Promise<{ readonly user: User | undefined; readonly password: Password | undefined }>;

/**
 * To find costs more than not to find, so each is asked for twice: somebody who is there and nobody, whichever was meant.
 * Somebody is whoever was found last; until the first was found, or where they are gone by now, a known name still takes the
 * few microseconds longer that a row takes to read, until it has been asked for once.
 */
export function findInEqualTime(): Find {
  let somebody = { name: '', id: '' };
  return async ({ users, passwords }, name) => {
    const user = await users.byName(name);
    const password = await passwords.of(user?.id ?? '');
    await users.byName(user ? '' : somebody.name);
    await passwords.of(password ? '' : somebody.id);
    if (user && password) somebody = { name: user.name, id: user.id };
    return { user, password };
  };
}
