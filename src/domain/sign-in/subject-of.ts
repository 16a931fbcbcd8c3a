import type { TokenHashes } from '../ports.js';
import type { User } from '../user/user.js';

/** Whom an audit row is about: the user, or the digest of a name that nobody has. Made for every name: it takes its time. */
export function subjectOf(hashes: TokenHashes, name: string, user: Pick<User, 'id'> | undefined): string {
  const digest = hashes.nameDigest(name);
  return user?.id ?? digest;
}
