/** What somebody does to a clock. */
export interface ClockFault {
  readonly what: string;
  /** Milliseconds off, as the clock is right until then; or it stands still. */
  readonly off: (now: number) => number | 'frozen';
  /** The server does not run when it happens. */
  readonly whileDown?: boolean;
  /** Until it must be noticed: a clock that stands still has to be late first, by five seconds from the last look on. */
  readonly after?: number;
}

const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];
const DAY = 24 * HOUR;

/** In quick form the first ones are tried. */
export const FAULTS: readonly ClockFault[] = [
  { what: 'a day ahead', off: () => DAY },
  { what: 'a day back while the service was down', off: () => -DAY, whileDown: true },
  { what: '1970', off: (now) => MINUTE - now },
  { what: 'frozen', off: () => 'frozen', after: 11 * SECOND },
  { what: 'half a minute ahead', off: () => 30 * SECOND },
  { what: '2038', off: (now) => Date.UTC(2038, 0, 19, 3, 14, 8) - now },
  { what: 'a day back', off: () => -DAY },
  { what: 'five minutes ahead', off: () => 5 * MINUTE },
  { what: 'half a minute back', off: () => -30 * SECOND },
  { what: 'five minutes back', off: () => -5 * MINUTE },
];
