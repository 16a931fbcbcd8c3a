/** How thoroughly it is measured. Times are milliseconds. */
export interface Thoroughness {
  readonly rounds: number;
  readonly warmUp: number;
  readonly measure: number;
  /** The same for calls that take so long that a short window would see next to nothing of them. */
  readonly long: { readonly warmUp: number; readonly measure: number };
  /** Whether each side is run once for nothing before the rounds. */
  readonly rehearsed: boolean;
  /** Of the latencies' open loop. */
  readonly openLoop: number;
  /** Users with factor and sign-in, and sessions, of the usual installation. */
  readonly people: number;
  readonly sessions: number;
  readonly sessionOwners: number;
  readonly passwords: number;
  /** The large and the small installation that are compared. */
  readonly large: { readonly users: number; readonly auditEvents: number };
  readonly small: { readonly users: number; readonly auditEvents: number };
  /** How long a server idles before its memory is looked at. */
  readonly idle: number;
}

const FULL: Thoroughness = {
  rounds: 5,
  warmUp: 2000,
  measure: 3000,
  // So few calls that the code they run is not compiled yet in a short one.
  long: { warmUp: 8000, measure: 4000 },
  rehearsed: true,
  openLoop: 3000,
  people: 100_000,
  sessions: 100_000,
  sessionOwners: 10_000,
  passwords: 1000,
  large: { users: 1_000_000, auditEvents: 10_000_000 },
  small: { users: 1000, auditEvents: 10_000 },
  idle: 10_000,
};

const QUICK: Thoroughness = {
  rounds: 1,
  warmUp: 500,
  measure: 400,
  long: { warmUp: 500, measure: 500 },
  rehearsed: false,
  openLoop: 400,
  people: 10_000,
  sessions: 10_000,
  sessionOwners: 1000,
  passwords: 100,
  large: { users: 20_000, auditEvents: 100_000 },
  small: { users: 1000, auditEvents: 10_000 },
  idle: 1000,
};

export interface Options extends Thoroughness {
  readonly quick: boolean;
  /** Names of scenarios; all where there is none. */
  readonly only: readonly string[];
  readonly out: string;
}

export const USAGE = `usage: npm run bench -- [--quick] [--only NAME]… [--rounds N] [--seconds N] [--out FOLDER]

  --quick        fewer and shorter rounds on smaller installations; writes to .cache/bench unless --out says where
  --only NAME    this scenario alone; its row replaces the one in benchmark.json
  --rounds N     how many rounds
  --seconds N    how long each side is measured in a round, after as much warm-up
  --out FOLDER   where benchmark.json and benchmark.md go (docs)
`;

/** Reads the command line. Throws with the usage on anything else. */
export function readOptions(args: readonly string[]): Options {
  const only: string[] = [];
  let quick = false;
  let out: string | undefined;
  let how: Partial<Thoroughness> = {};
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--quick') quick = true;
    else if (word === '--only') only.push(given(word, rest.shift()));
    else if (word === '--rounds') how = { ...how, rounds: numberOf(word, rest.shift()) };
    else if (word === '--seconds') {
      const measure = 1000 * numberOf(word, rest.shift());
      how = { ...how, measure, warmUp: measure, openLoop: measure, long: { warmUp: measure, measure } };
    } else if (word === '--out') out = given(word, rest.shift());
    else throw new Error(USAGE);
  }
  return { ...(quick ? QUICK : FULL), ...how, quick, only, out: out ?? (quick ? '.cache/bench' : 'docs') };
}

function given(word: string, value: string | undefined): string {
  if (value === undefined || value.startsWith('--')) throw new Error(`${word} needs a value\n\n${USAGE}`);
  return value;
}

function numberOf(word: string, value: string | undefined): number {
  const number = Number(given(word, value));
  if (number > 0 && number <= 1000) return number;
  throw new Error(`${word} needs a number\n\n${USAGE}`);
}
