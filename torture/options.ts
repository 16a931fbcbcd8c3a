export interface Options {
  readonly quick: boolean;
  /** Names of scenarios, or what several names begin with, such as `kill`; all where there is none. */
  readonly only: readonly string[];
  /** How many trials a sound scenario makes, where it is not as many as the scenario says. */
  readonly trials: number | undefined;
  /** After so many minutes a sound scenario begins no other trial. */
  readonly minutes: number | undefined;
  /** How many scenarios run at a time, but for those that compare times. */
  readonly atOnce: number;
  readonly out: string;
}

/** Much of a scenario is waiting for others to start, to die and to notice. */
const AT_ONCE = 2;

export const USAGE = `usage: npm run torture -- [--quick] [--only NAME]… [--trials N] [--minutes N]
                               [--at-once N] [--out FOLDER]

  --quick        few trials; writes to .cache/torture unless --out says where
  --only NAME    this scenario alone, or all whose names begin so (kill); each row replaces the one in torture.json
  --trials N     how many trials each scenario makes; its broken variant makes as many as ever
  --minutes N    a scenario of many trials makes no more of them after that long; its row says how many it made
  --at-once N    how many scenarios run at a time (2), but for those that compare times
  --out FOLDER   where torture.json and torture.md go (docs)
`;

/** Reads the command line. Throws with the usage on anything else. */
export function readOptions(args: readonly string[]): Options {
  const only: string[] = [];
  let quick = false;
  let trials: number | undefined;
  let minutes: number | undefined;
  let atOnce = AT_ONCE;
  let out: string | undefined;
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--quick') quick = true;
    else if (word === '--only') only.push(given(word, rest.shift()));
    else if (word === '--trials') trials = countOf(word, rest.shift());
    else if (word === '--minutes') minutes = countOf(word, rest.shift());
    else if (word === '--at-once') atOnce = countOf(word, rest.shift());
    else if (word === '--out') out = given(word, rest.shift());
    else throw new Error(USAGE);
  }
  return { quick, only, trials, minutes, atOnce, out: out ?? (quick ? '.cache/torture' : 'docs') };
}

function given(word: string, value: string | undefined): string {
  if (value === undefined || value.startsWith('--')) throw new Error(`${word} needs a value\n\n${USAGE}`);
  return value;
}

function countOf(word: string, value: string | undefined): number {
  const count = Number(given(word, value));
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`${word} needs a whole number\n\n${USAGE}`);
}
