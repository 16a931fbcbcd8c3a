import { needsOf } from '../../bench/seed/seed.js';
import { createHashQueue } from '../../src/crypto/index.js';
import { QUICK } from '../../test/support/quick-hashes.js';
import type { Fleet } from '../fleet.js';
import type { Person } from '../seed-people.js';

export const PASSWORD = 'granite sparrow lantern';

/** Gives these people their password. */
export async function seedPasswords(fleet: Fleet, people: readonly Person[]): Promise<void> {
  const sink = await fleet.sink();
  try {
    const { keys, now } = await needsOf(sink, fleet.keyFile);
    const place = createHashQueue({ keys, parameters: QUICK, threads: 2, places: 1 }).enter();
    const rows = await Promise.all(
      people.map(async ({ userId }) => {
        const { phc, pepperId } = await place.hash('password', userId, PASSWORD);
        return [userId, 'own', phc, pepperId, now];
      }),
    );
    place.leave();
    await sink.insert('passwords', ['user_id', 'kind', 'phc', 'pepper_id', 'created_at'], rows);
  } finally {
    await sink.close();
  }
}
