import * as crypto from '../crypto/index.js';
import * as domain from '../domain/index.js';
import type { Clock } from '../domain/ports.js';
import * as persistence from '../persistence/index.js';
import type { Log } from '../telemetry/index.js';

/** What comes from outside: servers under test bring a clock that moves, and broken variants of storage and hashing. */
export interface Outside {
  readonly clock: Clock;
  readonly openStorage: typeof persistence.openStorage;
  /** What this clock must go on with between two looks; absent where a clock is moved on purpose. */
  readonly elapsed?: domain.Elapsed;
  /** What this clock is compared with. */
  readonly referenceClock: (storage: persistence.Storage, believedBefore: number) => domain.ReferenceClock;
  readonly createHashQueue: typeof crypto.createHashQueue;
  readonly keepAnchor?: typeof domain.keepAnchor;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log?: Log;
}

/** This machine's own, with the settings that its environment holds. */
export const machine = (env: Outside['env']): Outside => ({
  clock: Date.now,
  openStorage: persistence.openStorage,
  referenceClock: ({ hasOwnClock, reads }, believedBefore) =>
    hasOwnClock
      ? () => reads(({ keys }) => keys.now())
      : domain.steadyClock(Date.now, () => performance.now(), believedBefore),
  elapsed: () => performance.now(),
  createHashQueue: crypto.createHashQueue,
  env,
});
