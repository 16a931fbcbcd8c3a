import { createHistogram, type Histogram } from './histogram.js';

/** What one measured window showed. Latencies are microseconds. */
export interface Measured {
  readonly calls: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Calls under way on average, counted by itself and not from latencies. */
  readonly inFlight: number;
  /** The same, as the latencies of all calls tell it, those included that ended after the window. */
  readonly toldInFlight: number;
  /** Calls that were under way when the window opened, and those when it closed. */
  readonly acrossEnds: number;
}

/** Told when the window opens and when it closes, for what is measured from outside. */
export interface Window {
  readonly opened: () => void;
  readonly closed: () => void;
}

/** Whose latencies count: of calls that were answered while the window was open, or of those that were meant to be sent then. */
export type Counted = 'answered' | 'meant';

/** Counts calls and their latencies while its window is open. Times are milliseconds of the monotonic clock. */
export function createMeter(window: Window | undefined, counted: Counted, now = (): number => performance.now()) {
  let histogram: Histogram = createHistogram();
  let from: number | undefined;
  let to: number | undefined;
  let inFlight = 0;
  let area = 0;
  let told = 0;
  let acrossEnds = 0;
  let changed = 0;
  const weigh = (at: number): void => {
    area += inFlight * (at - changed);
    changed = at;
  };
  const isOpen = (): boolean => from !== undefined && to === undefined;
  const counts = (since: number): boolean =>
    counted === 'answered' ? isOpen() : from !== undefined && since >= from && since < (to ?? Number.POSITIVE_INFINITY);
  return {
    open: (): void => {
      histogram = createHistogram();
      from = now();
      changed = from;
      area = 0;
      told = 0;
      acrossEnds = inFlight;
      window?.opened();
    },
    close: (): void => {
      to = now();
      weigh(to);
      acrossEnds += inFlight;
      window?.closed();
    },
    /** `since` is when the call was meant to be sent. */
    started: (since: number): void => {
      const at = now();
      if (isOpen()) {
        weigh(at);
        area += at - Math.max(since, from ?? since);
      }
      inFlight += 1;
    },
    finished: (since: number): void => {
      const at = now();
      if (isOpen()) weigh(at);
      if (counts(since)) histogram.record((at - since) * 1000);
      if (from !== undefined) told += Math.max(0, Math.min(at, to ?? at) - Math.max(since, from));
      inFlight -= 1;
    },
    /** Counted so far. */
    calls: (): number => histogram.count(),
    measured: (): Measured => {
      if (from === undefined || to === undefined) throw new Error('nothing was measured');
      const seconds = (to - from) / 1000;
      const calls = histogram.count();
      return {
        calls,
        seconds,
        perSecond: calls / seconds,
        mean: histogram.mean(),
        p50: histogram.quantile(0.5),
        p99: histogram.quantile(0.99),
        max: histogram.max(),
        inFlight: area / (to - from),
        toldInFlight: told / (to - from),
        acrossEnds,
      };
    },
  };
}
