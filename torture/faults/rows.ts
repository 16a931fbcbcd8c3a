import type { Here } from '../../test/support/start-here.js';

type Row = Readonly<Record<string, string | number | Uint8Array | null>>;
type Tables = ReadonlyMap<string, readonly Row[]>;

/** All rows there are, to be put back and compared. */
export interface Rows {
  readonly tables: Tables;
  readonly texts: ReadonlyMap<string, string>;
}

const tableNames = (here: Here): string[] =>
  (
    here.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'") as { name: string }[]
  ).map(({ name }) => name);

export function readRows(here: Here): Rows {
  const tables = new Map(tableNames(here).map((name) => [name, here.all(`SELECT * FROM ${name}`) as Row[]]));
  return { tables, texts: new Map([...tables].map(([name, rows]) => [name, JSON.stringify(rows)])) };
}

/** Writes back every table that differs. */
export function putBack(here: Here, { tables, texts }: Rows): void {
  here.run('BEGIN IMMEDIATE');
  for (const name of invariantsLast(tables)) {
    if (JSON.stringify(here.all(`SELECT * FROM ${name}`)) === texts.get(name)) continue;
    here.run(`DELETE FROM ${name}`);
    for (const row of tables.get(name) ?? []) here.insert(name, row);
  }
  here.run('COMMIT');
}

// A change of other tables raises a version there.
const invariantsLast = (tables: Tables): string[] => [
  ...[...tables.keys()].filter((name) => name !== 'invariants'),
  'invariants',
];

// What a service says of itself, and a number that is given anew each time.
const OWN = new Set(['replicas']);
const GIVEN = new Set(['sequence', 'unlooked', 'request_id', 'last_seen_at']);
const LARGE = 1_000_000;
const LONG = 24;

/** What the database holds, but for what is random or the time: the same call on the same rows comes to the same. */
export function stateOf(here: Here): string {
  const tables = tableNames(here).filter((name) => !OWN.has(name));
  return tables
    .map((name) => `${name} ${(here.all(`SELECT * FROM ${name}`) as Row[]).map(plain).toSorted().join()}`)
    .join('\n');
}

const plain = (row: Row): string =>
  JSON.stringify(Object.entries(row).flatMap(([name, value]) => (GIVEN.has(name) ? [] : [shape(value)])));

function shape(value: Row[string]): unknown {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === 'string' && value.length >= LONG) return 'text';
  return typeof value === 'number' && value > LARGE ? 'large' : value;
}
