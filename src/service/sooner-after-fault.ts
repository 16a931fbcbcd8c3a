import { isRefusal } from '../domain/refusal.js';

type Work = () => Promise<unknown>;

/**
 * Work to be called at every tick: it runs every `milliseconds`, but at each tick after a failure, because callers wait for it.
 * Never twice at once. A database that stays out of reach is told of once.
 */
export function soonerAfterFault(milliseconds: number, work: Work, now: () => number = () => performance.now()): Work {
  let due = Number.NEGATIVE_INFINITY;
  let underWay = false;
  let isAway = false;
  const attempt = async (): Promise<void> => {
    const start = now();
    try {
      await work();
      due = start + milliseconds;
      isAway = false;
    } catch (error) {
      const wasAway = isAway;
      isAway = isRefusal(error, 'BACKEND_UNAVAILABLE');
      if (!(isAway && wasAway)) throw error;
    }
  };
  return async () => {
    if (underWay || now() < due) return;
    underWay = true;
    await attempt().finally(() => {
      underWay = false;
    });
  };
}
