import type { WaitKey, WaitKind, WaitRow } from '../../domain/lockout/wait-row.js';
import type { WaitReads, WaitStore } from '../../domain/lockout/wait-store.js';
import type { Database, Dialect, SqlValue } from '../database.js';
import { changed, deleteEach, limited, onDuplicate } from './sql.js';

const BUCKET = 'elsewhere';
const DAY = 24 * 60 * 60_000;
const BUDGET_DAYS = 30;

interface Row {
  kind: WaitKind;
  failures: number;
  last_failure: number;
  generation: number;
  spent: number | string | null;
}

// Locks the row, whether it was there or not, and leaves the time of the last failure alone: it is still needed.
const reserve = (dialect: Dialect): string =>
  `INSERT INTO waits (subject, kind, bucket, failures, last_failure, generation) VALUES (?, ?, ?, 1, 0, 0)
   ${onDuplicate(dialect, 'subject, kind, bucket')} failures = failures + 1`;
const RESERVE = { sqlite: reserve('sqlite'), mysql: reserve('mysql') } as const;

const spendBudget = (dialect: Dialect): string =>
  `INSERT INTO wait_budgets (subject, day, wrong) VALUES (?, ?, 1) ${onDuplicate(dialect, 'subject, day')} wrong = wrong + 1`;
const SPEND_BUDGET = { sqlite: spendBudget('sqlite'), mysql: spendBudget('mysql') } as const;

const columns = (of: string): string => `kind, failures, last_failure, generation,
  (SELECT SUM(wrong) FROM wait_budgets b WHERE b.subject = ${of}.subject AND b.day > ?) AS spent`;
const SELECT = `SELECT ${columns('w')} FROM waits w WHERE subject = ? AND kind = ? AND bucket = ?`;

const RESERVE_AND_TELL = `${RESERVE.sqlite} RETURNING ${columns('waits')}`;

const ROW = 'subject = ? AND kind = ? AND bucket = ?';
const rowOf = ({ subject, kind }: WaitKey): SqlValue[] => [subject, kind, BUCKET];
const dayOf = (at: number): number => Math.floor(at / DAY);

const toWaitRow = (row: Row): WaitRow => ({
  failures: row.failures,
  lastFailure: row.last_failure,
  generation: row.generation,
  budgetSpent: row.kind === 'code' ? Number(row.spent ?? 0) : 0,
});

const find = async (db: Database, key: WaitKey, now: number): Promise<WaitRow | undefined> => {
  const row = await db.get<Row>(SELECT, [dayOf(now) - BUDGET_DAYS, ...rowOf(key)]);
  return row && toWaitRow(row);
};

// One statement where the engine answers what it wrote; MySQL does not.
async function reserveRow(db: Database, key: WaitKey, now: number): Promise<WaitRow | undefined> {
  if (db.dialect === 'sqlite') {
    const row = await db.get<Row>(RESERVE_AND_TELL, [...rowOf(key), dayOf(now) - BUDGET_DAYS]);
    return row && toWaitRow(row);
  }
  await db.run(RESERVE.mysql, rowOf(key));
  return find(db, key, now);
}

export const waitReads = (db: Database): WaitReads => ({
  of: (key, now) => find(db, key, now),
  ofUser: async ({ id, lockKey }, now) => {
    const keys: WaitKey[] = [
      { subject: lockKey, kind: 'password' },
      { subject: Buffer.from(id), kind: 'code' },
      { subject: Buffer.from(id), kind: 'recovery' },
    ];
    const rows = new Map<WaitKind, WaitRow>();
    for (const key of keys) {
      const row = await find(db, key, now);
      if (row) rows.set(key.kind, row);
    }
    return rows;
  },
});

export const waitStore = (db: Database): WaitStore => ({
  reserve: async (key, now) => {
    const row = await reserveRow(db, key, now);
    if (!row) throw new Error('the wait row that was just written is not there');
    return row;
  },
  keep: async (key, now) => {
    await db.run(`UPDATE waits SET last_failure = ? WHERE ${ROW}`, [now, ...rowOf(key)]);
  },
  // Never below 0: others may have taken back theirs since.
  clear: async (key, { failures, generation }) =>
    changed(
      await db.run(
        `UPDATE waits SET failures = CASE WHEN failures > ? THEN failures - ? ELSE 0 END, generation = generation + 1
         WHERE ${ROW} AND generation = ?`,
        [failures, failures, ...rowOf(key), generation],
      ),
    ),
  takeBack: async (key, { failures, lastFailure, generation }, keptAt) => {
    await db.run(
      `UPDATE waits SET last_failure = CASE WHEN last_failure = ? AND failures = ? THEN ? ELSE last_failure END,
         failures = failures - 1 WHERE ${ROW} AND generation = ? AND failures > 0`,
      [keptAt, failures, lastFailure, ...rowOf(key), generation],
    );
  },
  spendBudget: async ({ subject }, now) => {
    await db.run(SPEND_BUDGET[db.dialect], [subject, dayOf(now)]);
  },
  unlock: async (key, below) => {
    await db.run(`UPDATE waits SET failures = 0, generation = generation + 1 WHERE ${ROW} AND failures < ?`, [
      ...rowOf(key),
      below,
    ]);
  },
  remove: async (key) => {
    await db.run(`DELETE FROM waits WHERE ${ROW}`, rowOf(key));
  },
  emptyBudget: async ({ subject }) => {
    await db.run('DELETE FROM wait_budgets WHERE subject = ?', [subject]);
  },
  removeOldBudgets: async (now, limit) => {
    const old = { where: 'day <= ?', values: [dayOf(now) - BUDGET_DAYS] };
    const sql = `SELECT DISTINCT subject FROM wait_budgets WHERE ${old.where} ${limited(limit)}`;
    const subjects = (await db.all<{ subject: Uint8Array }>(sql, old.values)).map(({ subject }) => subject);
    return deleteEach(db, 'wait_budgets', 'subject', subjects, old);
  },
  removeUnknown: async (before, keep, limit) => {
    const old = await unknownNames(db, 'last_failure < ?', before, limit);
    const beyond = old.length < limit ? Math.min(limit, (await leastUnknown(db)) - old.length - keep) : 0;
    const oldest = beyond > 0 ? await unknownNames(db, 'last_failure >= ?', before, beyond) : [];
    return deleteEach(db, 'waits', 'subject', [...old, ...oldest], { where: UNKNOWN, values: [] });
  },
  ...waitReads(db),
});

const UNKNOWN = "kind = 'password' AND NOT EXISTS (SELECT 1 FROM users u WHERE u.lock_key = waits.subject)";

async function unknownNames(db: Database, when: string, before: number, limit: number): Promise<Uint8Array[]> {
  const sql = `SELECT subject FROM waits WHERE ${UNKNOWN} AND ${when} ORDER BY last_failure ${limited(limit)}`;
  return (await db.all<{ subject: Uint8Array }>(sql, [before])).map(({ subject }) => subject);
}

const KINDS = 3;

// Rows are counted by an index alone, in milliseconds for a million; whose each of them is would take a second of the thread
// that answers everybody. A user has a row of each kind at most.
async function leastUnknown(db: Database): Promise<number> {
  const sql = 'SELECT (SELECT COUNT(*) FROM waits) AS waiting, (SELECT COUNT(*) FROM users) AS known';
  const row = await db.get<{ waiting: number; known: number }>(sql);
  return Number(row?.waiting ?? 0) - KINDS * Number(row?.known ?? 0);
}
