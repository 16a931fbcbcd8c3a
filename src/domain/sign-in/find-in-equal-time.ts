import type { Password } from '../credential/password.js';
import type { Stores } from '../stores.js';
import type { User } from '../user/user.js';

/** Who has a canonical name, and their password. */
export type Find = (
  stores: Pick<Stores, 'users' | 'passwords'>,
  name: string,
) => Promise<{ readonly user: User | undefined; readonly password: Password | undefined }>;

/**
 * Finding a row takes longer than not finding one, so each call makes one look-up of either kind, whichever name was meant. The
 * row is the one that was found last. Until one has been found, or once it is gone, a known name takes a few microseconds
 * longer, until it has been asked for once.
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
