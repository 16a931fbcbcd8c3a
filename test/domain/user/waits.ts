import type { WaitKey } from '../../../src/domain/lockout/wait-row.js';
import type { Person } from '../../support/house.js';
import type { Office } from '../administration/office.js';

/** Counts failures without looking at anything. */
export function fail({ house }: Office, key: WaitKey, times: number): Promise<void> {
  return house.sound(async ({ waits }) => {
    for (let failure = 0; failure < times; failure++) {
      await waits.reserve(key, house.now());
      await waits.keep(key, house.now());
    }
  });
}

export const passwordOf = ({ user }: Person): WaitKey => ({ subject: user.lockKey, kind: 'password' });

/** As an administrator sees them. */
export async function failuresOf({ ask, asRoot }: Office, { user }: Person): Promise<Record<string, number>> {
  const { waits } = await ask.getUser(asRoot(), { id: user.id });
  return Object.fromEntries([...(waits ?? [])].map(([kind, { failures }]) => [kind, failures]));
}
