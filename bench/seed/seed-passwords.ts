import { availableParallelism } from 'node:os';
import { createHashQueue, type HashParameters } from '../../src/crypto/index.js';
import type { Needs } from './seed.js';
import type { Sink } from './sink.js';

/** Everybody's. */
export const PASSWORD = 'granite sparrow lantern';

/** Gives these people their password, hashed as the product hashes it. */
export async function seedPasswords(
  sink: Sink,
  { keys, now }: Pick<Needs, 'keys' | 'now'>,
  people: readonly { readonly userId: string }[],
  parameters: HashParameters,
): Promise<void> {
  const place = createHashQueue({ keys, parameters, threads: availableParallelism(), places: 1 }).enter();
  const rows = await Promise.all(
    people.map(async ({ userId }) => {
      const { phc, pepperId } = await place.hash('password', userId, PASSWORD);
      return [userId, 'own', phc, pepperId, now];
    }),
  );
  place.leave();
  await sink.insert('passwords', ['user_id', 'kind', 'phc', 'pepper_id', 'created_at'], rows);
}
