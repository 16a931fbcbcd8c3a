import type { HashQueue, Randomness } from '../ports.js';

interface Needs {
  readonly randomness: Randomness;
  readonly hashQueue: HashQueue;
}

/** A one-time password and its hash; hashed outside any unit. */
export async function newOneTimePassword({ randomness, hashQueue }: Needs, userId: string) {
  const oneTimePassword = randomness.newOneTimePassword();
  const place = hashQueue.enter();
  try {
    return { oneTimePassword, hash: await place.hash('one-time-password', userId, oneTimePassword) };
  } finally {
    place.leave();
  }
}
