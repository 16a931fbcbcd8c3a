import type { WaitKey, WaitKind, WaitRow } from '../../domain/lockout/wait-row.js';
import type { WaitReads, WaitStore } from '../../domain/stores.js';
import type { Database, SqlValue } from '../database.js';
import { changed, limited } from './sql.js';

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
const RESERVE = {
  sqlite: `INSERT INTO waits (subject, kind, bucket, failures, last_failure, generation) VALUES (?, ?, ?, 1, 0, 0)
    ON CONFLICT (subject, kind, bucket) DO UPDATE SET failures = failures + 1`,
  mysql: `INSERT INTO waits (subject, kind, bucket, failures, last_failure, generation) VALUES (?, ?, ?, 1, 0, 0)
    ON DUPLICATE KEY UPDATE failures = failures + 1`,
} as const;

const SPEND_BUDGET = {
  sqlite:
    'INSERT INTO wait_budgets (subject, day, wrong) VALUES (?, ?, 1) ON CONFLICT (subject, day) DO UPDATE SET wrong = wrong + 1',
  mysql: 'INSERT INTO wait_budgets (subject, day, wrong) VALUES (?, ?, 1) ON DUPLICATE KEY UPDATE wrong = wrong + 1',
} as const;

const SELECT = `SELECT kind, failures, last_failure, generation,
  (SELECT SUM(wrong) FROM wait_budgets b WHERE b.subject = w.subject AND b.day > ?) AS spent
  FROM waits w WHERE subject = ? AND kind = ? AND bucket = ?`;

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
  ...waitReads(db),
  reserve: async (key, now) => {
    await db.run(RESERVE[db.dialect], rowOf(key));
    const row = await find(db, key, now);
    if (!row) throw new Error('the wait row that was just written is not there');
    return row;
  },
  keep: async (key, now) => {
    await db.run(`UPDATE waits SET last_failure = ? WHERE ${ROW}`, [now, ...rowOf(key)]);
  },
  clear: async (key, { failures, generation }) =>
    changed(
      await db.run(
        `UPDATE waits SET failures = failures - ?, generation = generation + 1 WHERE ${ROW} AND generation = ?`,
        [failures, ...rowOf(key), generation],
      ),
    ),
  takeBack: async (key, { generation }) => {
    await db.run(`UPDATE waits SET failures = failures - 1 WHERE ${ROW} AND generation = ? AND failures > 0`, [
      ...rowOf(key),
      generation,
    ]);
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
  removeOldBudgets: async (now) =>
    (await db.run('DELETE FROM wait_budgets WHERE day <= ?', [dayOf(now) - BUDGET_DAYS])).affected,
  removeUnknown: async (before, keep, limit) => {
    const unknown = "kind = 'password' AND NOT EXISTS (SELECT 1 FROM users u WHERE u.lock_key = w.subject)";
    const old = await db.all<{ subject: Uint8Array }>(
      `SELECT subject FROM waits w WHERE ${unknown} AND last_failure < ? ORDER BY last_failure ${limited(limit)}`,
      [before],
    );
    const total = await db.get<{ n: number }>(`SELECT COUNT(*) AS n FROM waits w WHERE ${unknown}`);
    const beyond = Math.min(limit, Number(total?.n ?? 0) - old.length - keep);
    const oldest = beyond <= 0 ? [] : await oldestUnknown(db, unknown, before, beyond);
    for (const { subject } of [...old, ...oldest])
      await db.run("DELETE FROM waits WHERE subject = ? AND kind = 'password'", [subject]);
    return old.length + oldest.length;
  },
});

const oldestUnknown = (
  db: Database,
  unknown: string,
  before: number,
  count: number,
): Promise<{ subject: Uint8Array }[]> =>
  db.all(`SELECT subject FROM waits w WHERE ${unknown} AND last_failure >= ? ORDER BY last_failure ${limited(count)}`, [
    before,
  ]);
