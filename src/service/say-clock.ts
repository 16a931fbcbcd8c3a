import * as domain from '../domain/index.js';
import type { Log } from '../telemetry/index.js';

/** Says that the clock is believed no more, or is again. `apart`: milliseconds it is ahead of where it should be. */
export function sayClock(log: Log, apart: number): void {
  if (Math.abs(apart) <= domain.MOST_APART) {
    log.info('the clock is trusted again');
    return;
  }
  const words = `${Math.round(Math.abs(apart) / 1000)} s ${apart > 0 ? 'ahead of' : 'behind'} where it should be`;
  log.error({ apart }, `this machine's clock is ${words}: no code is accepted and no session opened. Set it, by NTP.`);
}
