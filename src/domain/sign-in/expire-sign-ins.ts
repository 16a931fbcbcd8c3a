import type { Clock } from '../ports.js';
import type { UnitOfWork } from '../stores.js';
import { endSignIns } from './end-sign-ins.js';

interface Needs {
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
}

/** Removes at most `limit` sign-ins past their end, in one unit. Returns how many. */
export function expireSignIns({ unitOfWork, clock }: Needs) {
  return (limit: number): Promise<number> =>
    unitOfWork(async (stores) => {
      const expired = await stores.signIns.expired(clock(), limit);
      await endSignIns(stores, expired, clock());
      return expired.length;
    });
}
