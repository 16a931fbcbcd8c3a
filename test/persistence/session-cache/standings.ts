import { DEFAULT_POLICY } from '../../../src/domain/policy/default-policy.js';
import type { SessionStanding } from '../../../src/domain/session/session-store.js';
import { createSessionCache } from '../../../src/persistence/session-cache/session-cache.js';
import { aComponent, aSession, aUser, NOW } from '../stores/samples.js';

const policy = { ...DEFAULT_POLICY, switchedOnAt: NOW, updatedAt: NOW };

/** Somebody's standing, one of `userId` where it is given. */
export function aStanding(userId = aUser().id): SessionStanding {
  const user = aUser({ id: userId });
  return {
    session: aSession(user),
    user,
    roles: [{ id: 'restore-operator', permissions: ['restore.run'] }],
    component: aComponent({ id: 'console', name: 'console' }),
    policy,
    secretEnd: undefined,
  };
}

/** What is kept, by a clock that stands still until it is moved, with news of this moment. */
export function aMemory(most = 100) {
  let time = 1000;
  let asleep = 0;
  const kept = createSessionCache({ most, now: () => time, wall: () => NOW + time + asleep });
  kept.heard(time);
  return {
    kept,
    now: (): number => time,
    pass: (milliseconds: number): void => {
      time += milliseconds;
    },
    /** The machine is suspended: its monotonic clock stands meanwhile. */
    sleep: (milliseconds: number): void => {
      asleep += milliseconds;
    },
    /** Looked at and put in at once. */
    put: (standing: SessionStanding): string => {
      kept.put(standing, kept.epoch());
      return standing.session.id;
    },
  };
}
