/** One promise, and how somebody tries to break it. */
export interface Scenario {
  /** As in `npm run torture -- --only NAME`, such as `one-code-mariadb`. */
  readonly name: string;
  /** What must hold in every trial, in one sentence. */
  readonly promise: string;
  /** What one trial is, for the table: `round of 12 submits`. */
  readonly unit: string;
  readonly trials: Trials;
  /** Times are compared in it, so nothing else may run beside it. */
  readonly alone?: true;
  /** All trials together are judged, and not each: no failure rate follows from how many there were. */
  readonly judgedAsOne?: true;
  /** What it needs besides Node: programs that must be here, such as `mariadbd`. */
  readonly needs?: readonly string[];
  readonly run: Run;
  readonly broken: BrokenVariant;
}

export interface Trials {
  /** 0: the scenario has no quick form. */
  readonly quick: number;
  readonly full: number;
}

/** Makes so many trials and tells what it saw. Throws only where the scenario itself could not be had. */
export type Run = (trials: number, report: Progress) => Promise<Found>;

/** The same scenario against a build that lacks what keeps the promise; it must find that. */
export interface BrokenVariant {
  /** What it does wrong, in one sentence. */
  readonly wrong: string;
  /** What one of its failures has to say, where another might come of anything. */
  readonly finds?: RegExp;
  readonly trials: Trials;
  readonly run: Run;
}

export interface Found {
  /** Trials made. */
  readonly n: number;
  /** How many there are, where that is known only then. */
  readonly all?: number;
  /** One line for each trial that did not hold. */
  readonly failures: readonly string[];
  /** Figures worth keeping beside the result, such as a p99 in milliseconds. */
  readonly facts?: Readonly<Record<string, number | string>>;
}

/** Moves the bar: how many trials are done. Answers whether there is time for another one. */
export type Progress = (done: number) => boolean;
