import type { Database, SqlValue } from '../database.js';
import { marks } from './sql.js';

interface Seen {
  readonly id: string;
  readonly at: number;
}

// The list goes over as one value. The sessions are looked up by it, never the other way round.
const LISTED = `UPDATE sessions SET last_seen_at = seen.at
  FROM (SELECT value ->> 0 AS id, value ->> 1 AS at FROM json_each(?)) AS seen
  WHERE sessions.id = seen.id AND sessions.last_seen_at < seen.at`;

/** Writes when sessions were last seen, never an earlier time: of most sessions that are asked about, every half minute. */
export async function noteSeen(db: Database, entries: readonly Seen[]): Promise<void> {
  const last = entries.at(-1);
  if (!last) return;
  if (db.dialect === 'sqlite') {
    await db.run(LISTED, [JSON.stringify(entries.map(({ id, at }) => [id, at]))]);
    return;
  }
  // Few lengths, so that few statements are prepared: the last one is written again, which changes nothing.
  const count = 2 ** Math.ceil(Math.log2(entries.length));
  const filled = Array.from({ length: count }, (_, at) => entries[at] ?? last);
  const values = filled.flatMap(({ id, at }): SqlValue[] => [id, at]);
  await db.run(manyAtOnce(count), [...values, ...filled.map(({ id }) => id)]);
}

// On a server a statement for each would cost more than the looks that saw them.
const manyAtOnce = (count: number): string =>
  `UPDATE sessions SET last_seen_at = GREATEST(last_seen_at, CASE id ${'WHEN ? THEN ? + 0 '.repeat(count)}END)
    WHERE id IN (${marks(count)})`;
