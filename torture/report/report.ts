import type { Machine } from '../../bench/report/report.js';

/** What a scenario came to. */
export interface Row {
  readonly name: string;
  readonly promise: string;
  readonly unit: string;
  /** Trials made, and how many a full run makes. */
  readonly n: number;
  readonly asked: number;
  readonly held: boolean;
  /** The failure rate is below this, at 95 %; null where all trials are judged as one. */
  readonly bound: number | null;
  readonly failed: number;
  /** What did not hold, the first of them. */
  readonly failures: readonly string[];
  readonly broken_variant_caught: boolean;
  readonly broken_wrong: string;
  readonly facts: Readonly<Record<string, number | string>>;
  /** Of the code that was tried. */
  readonly commit: string;
  /** That it was tried on: rows of one file may be of several machines. */
  readonly processor: string;
  readonly takenAt: string;
  readonly quick: boolean;
  readonly seconds: number;
}

/** What stands in torture.json. */
export interface Report {
  readonly commit: string;
  readonly machine: Machine;
  readonly scenarios: readonly Row[];
}
