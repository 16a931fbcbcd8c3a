import type { Lab } from './lab.js';
import type { Sample } from './sample.js';

/** One claim about speed, and how it is looked at. */
export interface Scenario {
  readonly name: string;
  /** What is measured, for people. */
  readonly title: string;
  readonly unit: string;
  /** What it is measured against, in the same unit. */
  readonly reference: string;
  readonly target: Target;
  /** What keeps it from its target, told where it was not reached. */
  readonly limit?: string;
  /** Takes too long for the quick form, unless it is named. */
  readonly fullOnly?: true;
  /** Whose servers it shares, where it does. */
  readonly family?: string;
  /** Starts and seeds what it needs. */
  readonly open: (lab: Lab) => Promise<Opened>;
}

/** value ÷ reference has to be at least, or at most, this. */
export interface Target {
  readonly bound: 'at least' | 'at most';
  readonly ratio: number;
  readonly stretch?: number;
  /** A quick run that gets less than this part of the way fails; a fifth, where nothing is said. No machine is quiet always. */
  readonly gate?: number;
}

export interface Opened {
  readonly subject: () => Promise<Sample>;
  readonly reference: () => Promise<Sample>;
  /** The same processes answer both sides: whichever is measured first would pay for what is not yet compiled. */
  readonly sameProcesses?: boolean;
  /** What is worth knowing beside the figure. */
  readonly facts?: Readonly<Record<string, number>>;
  readonly close: () => Promise<void>;
}
