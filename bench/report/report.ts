import type { Sample } from '../sample.js';
import type { Target } from '../scenario.js';
import type { Profile } from './profile-of.js';

/** One round: both sides, beside each other in random order. */
export interface Round {
  readonly subject: Sample;
  readonly reference: Sample;
  readonly ratio: number;
  /** The reference strayed by more than 15 % from its median: something else used the machine. Kept all the same. */
  readonly disturbed: boolean;
}

/** One scenario's row. Medians, and the least and largest ratio of a round. */
export interface Row {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly value: number;
  readonly reference: { readonly name: string; readonly value: number };
  readonly ratio: number;
  readonly ratioMin: number;
  readonly ratioMax: number;
  readonly bound: Target['bound'];
  readonly target: number;
  readonly stretch?: number;
  readonly reached: boolean;
  /** Where it was not: what is in the way, and where the servers' main threads spend their time. */
  readonly limit?: string;
  readonly profile?: Profile;
  readonly disturbedRounds: number;
  readonly rounds: readonly Round[];
  readonly facts: Readonly<Record<string, number>>;
  /** Of the code that was measured. */
  readonly commit: string;
  /** That it was measured on: rows of one file may be of several machines. */
  readonly processor: string;
  readonly takenAt: string;
  readonly quick: boolean;
}

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly node: string;
  readonly flags: readonly string[];
  readonly packages: Readonly<Record<string, string>>;
  readonly mariadb: string;
  /** Of the last minute, when it began. */
  readonly loadAverage: number;
}

/** What stands in benchmark.json. */
export interface Report {
  readonly commit: string;
  readonly machine: Machine;
  readonly scenarios: readonly Row[];
}
