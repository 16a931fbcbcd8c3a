export type Row = Readonly<Record<string, string | number | Uint8Array | null>>;
export type Tables = ReadonlyMap<string, readonly Row[]>;

/** Those tables of `was` that are no longer so. A change of others raises a version in `invariants`, so that comes last. */
export function differing(was: Tables, is: Tables): [string, readonly Row[]][] {
  return [...was]
    .filter(([name, rows]) => name === 'invariants' || JSON.stringify(rows) !== JSON.stringify(is.get(name)))
    .toSorted(([one], [other]) => Number(one === 'invariants') - Number(other === 'invariants'));
}

// What is given anew each time.
const GIVEN = new Set(['sequence', 'unlooked', 'request_id', 'last_seen_at']);
const LARGE = 1_000_000;
const LONG = 24;

/** What a database holds, but for what is random or the time: the same call on the same rows comes to the same. */
export const stateOf = (tables: Tables): string =>
  [...tables].map(([name, rows]) => `${name} ${rows.map(plain).toSorted().join()}`).join('\n');

const plain = (row: Row): string =>
  JSON.stringify(Object.entries(row).flatMap(([name, value]) => (GIVEN.has(name) ? [] : [shape(value)])));

function shape(value: Row[string]): unknown {
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === 'string' && value.length >= LONG) return 'text';
  return typeof value === 'number' && value > LARGE ? 'large' : value;
}
