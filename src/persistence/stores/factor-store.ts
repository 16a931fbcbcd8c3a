import type { Factor, PendingFactor } from '../../domain/factor/factor.js';
import type { FactorReads, FactorStore } from '../../domain/factor/factor-store.js';
import type { Database, Dialect } from '../database.js';
import { unlessDuplicate } from '../database-error.js';
import type { FactorRow, PendingFactorRow } from '../entities/factor.js';
import { changed, deleteEach, limited, upsert } from './sql.js';

const shapeOf = ({ algorithm, digits, period }: FactorRow | PendingFactorRow) => ({ algorithm, digits, period });

const toFactor = (row: FactorRow): Factor => ({
  id: row.id,
  userId: row.user_id,
  kind: row.kind,
  label: row.label,
  suspended: row.suspended === 1,
  shape: shapeOf(row),
  secret: { dataKeyId: row.data_key_id, box: row.box },
  secretDigest: row.secret_digest,
  lastStep: row.last_step,
  createdAt: row.created_at,
  confirmedAt: row.confirmed_at,
  lastUsedAt: row.last_used_at ?? undefined,
});

const toPending = (row: PendingFactorRow): PendingFactor => ({
  holderId: row.holder_id,
  userId: row.user_id,
  factorId: row.factor_id,
  label: row.label,
  shape: shapeOf(row),
  secret: row.box === null ? undefined : { dataKeyId: row.data_key_id, box: row.box },
  begins: row.begins,
  tries: row.tries,
  expiresAt: row.expires_at,
});

export const factorReads = (db: Database): FactorReads => ({
  // A handful: put in order here, for an engine that sorts copies every column of every row first.
  of: async (userId) =>
    (await db.all<FactorRow>('SELECT * FROM factors WHERE user_id = ?', [userId]))
      .map(toFactor)
      .sort((one, other) => (one.id < other.id ? -1 : 1)),
});

const PENDING_COLUMNS = [
  'user_id',
  'factor_id',
  'label',
  'algorithm',
  'digits',
  'period',
  'box',
  'data_key_id',
  'expires_at',
  'tries',
];

const setPending = (dialect: Dialect): string =>
  `${upsert(dialect, 'pending_factors', 'holder_id', PENDING_COLUMNS, ['begins'])}, begins = begins + 1`;

const SET_PENDING = { sqlite: setPending('sqlite'), mysql: setPending('mysql') } as const;

export const factorStore = (db: Database): FactorStore => ({
  insert: ({
    id,
    userId,
    kind,
    label,
    suspended,
    shape,
    secret,
    secretDigest,
    lastStep,
    createdAt,
    confirmedAt,
    lastUsedAt,
  }) =>
    unlessDuplicate(() =>
      db.run(
        `INSERT INTO factors (id, user_id, kind, label, suspended, algorithm, digits, period, box, data_key_id,
           secret_digest, last_step, created_at, confirmed_at, last_used_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          id,
          userId,
          kind,
          label,
          suspended ? 1 : 0,
          shape.algorithm,
          shape.digits,
          shape.period,
          secret.box,
          secret.dataKeyId,
          secretDigest,
          lastStep,
          createdAt,
          confirmedAt,
          lastUsedAt ?? null,
        ],
      ),
    ),
  spendStep: async (id, step, at) =>
    changed(
      await db.run('UPDATE factors SET last_step = ?, last_used_at = ? WHERE id = ? AND last_step < ?', [
        step,
        at,
        id,
        step,
      ]),
    ),
  spendEveryStep: async (at) => {
    const spend = `UPDATE factors SET last_step = ? WHERE kind = 'totp' AND period = ? AND last_step < ?`;
    const upTo = (period: number): number => Math.floor(at / 1000 / period) + 1;
    const short = await db.run(spend, [upTo(30), 30, upTo(30)]);
    const long = await db.run(spend, [upTo(60), 60, upTo(60)]);
    return short.affected + long.affected;
  },
  suspendEveryCounter: async () =>
    (await db.run("UPDATE factors SET suspended = 1 WHERE kind = 'hotp' AND suspended = 0")).affected,
  suspend: async (id) => changed(await db.run('UPDATE factors SET suspended = 1 WHERE id = ? AND suspended = 0', [id])),
  resume: async (id) => changed(await db.run('UPDATE factors SET suspended = 0 WHERE id = ? AND suspended = 1', [id])),
  rename: async (id, label) => changed(await db.run('UPDATE factors SET label = ? WHERE id = ?', [label, id])),
  remove: async (id) => changed(await db.run('DELETE FROM factors WHERE id = ?', [id])),
  removeAll: async (userId) => (await db.run('DELETE FROM factors WHERE user_id = ?', [userId])).affected,
  pending: async (holderId) => {
    const row = await db.get<PendingFactorRow>('SELECT * FROM pending_factors WHERE holder_id = ?', [holderId]);
    return row && toPending(row);
  },
  setPending: async ({ holderId, userId, factorId, label, shape, secret, expiresAt }) => {
    const shown = [factorId, label, shape.algorithm, shape.digits, shape.period];
    const box = [secret?.box ?? null, secret?.dataKeyId ?? ''];
    await db.run(SET_PENDING[db.dialect], [holderId, userId, ...shown, ...box, expiresAt, 0, 1]);
  },
  countPendingTry: async (holderId, limit) => {
    await db.run('UPDATE pending_factors SET tries = tries + 1 WHERE holder_id = ?', [holderId]);
    await db.run('UPDATE pending_factors SET box = NULL WHERE holder_id = ? AND tries >= ?', [holderId, limit]);
    const row = await db.get<{ tries: number }>('SELECT tries FROM pending_factors WHERE holder_id = ?', [holderId]);
    return row?.tries ?? 0;
  },
  removePending: async (holderId) =>
    changed(await db.run('DELETE FROM pending_factors WHERE holder_id = ?', [holderId])),
  removeExpiredPending: async (now, limit) => {
    const sql = `SELECT holder_id FROM pending_factors WHERE expires_at <= ? ${limited(limit)}`;
    const holders = (await db.all<{ holder_id: string }>(sql, [now])).map(({ holder_id }) => holder_id);
    return deleteEach(db, 'pending_factors', 'holder_id', holders, { where: 'expires_at <= ?', values: [now] });
  },
  removePendingOf: async (userId) => {
    await db.run('DELETE FROM pending_factors WHERE user_id = ?', [userId]);
  },
  ...factorReads(db),
});
