import { type KeyTurn, REPLICA_LIFE, type Replica } from '../../domain/key/key.js';
import type { KeyReads, KeyStore, SealedRow } from '../../domain/key/key-store.js';
import type { Database, Dialect } from '../database.js';
import { unlessDuplicate } from '../database-error.js';
import type { KeyTurnRow, ReplicaRow } from '../entities/key.js';
import { raised } from './administration-version.js';
import { revokedBy } from './revocations.js';
import { changed, deleteEach, limited, NOW, onDuplicate, words } from './sql.js';

const HOUR = 60 * 60_000;

const NEEDED = [
  ['sessions', 'key_id', 'key_id IS NOT NULL'],
  ['sign_ins', 'key_id', 'key_id IS NOT NULL'],
  ['component_keys', 'key_id', 'key_id IS NOT NULL'],
  ['service_secrets', 'key_id', 'key_id IS NOT NULL'],
  ['passwords', 'pepper_id', 'pepper_id IS NOT NULL'],
  ['recovery_codes', 'pepper_id', 'pepper_id IS NOT NULL'],
  ['enrollment_codes', 'pepper_id', 'pepper_id IS NOT NULL'],
  ['factors', 'data_key_id', 'data_key_id IS NOT NULL'],
  ['pending_factors', 'data_key_id', 'box IS NOT NULL'],
  ['data_keys', 'wrapping_key_id', 'wrapping_key_id IS NOT NULL'],
] as const;

const ROWS = NEEDED.map(
  ([table, column, where]) => `SELECT ${column} AS id, COUNT(*) AS n FROM ${table} WHERE ${where} GROUP BY ${column}`,
).join(' UNION ALL ');

// Where sealed secrets lie: the column that finds a row again, and the row that its box is bound to.
const SEALED = {
  factors: { key: 'id', bound: 'id' },
  pending_factors: { key: 'holder_id', bound: 'factor_id' },
} as const;

interface SealedColumns {
  readonly found: string;
  readonly bound: string;
  readonly user_id: string;
  readonly box: Uint8Array;
  readonly data_key_id: string;
}

const toTurn = ({ key_id: id, purpose, activated_at }: KeyTurnRow): KeyTurn => ({
  id,
  purpose,
  activatedAt: activated_at,
});

const toReplica = ({ id, name, key_ids }: ReplicaRow): Replica => ({ id, name, keyIds: words(key_ids) });

export const keyReads = (db: Database): KeyReads => ({
  now: async () => Number((await db.get<{ now: number }>(`SELECT ${NOW[db.dialect]} AS now`))?.now),
  turns: async () => (await db.all<KeyTurnRow>('SELECT * FROM key_turns ORDER BY turn')).map(toTurn),
  live: async () => {
    const sql = `SELECT * FROM replicas WHERE seen_at > ${NOW[db.dialect]} - ? ORDER BY name, id`;
    return (await db.all<ReplicaRow>(sql, [REPLICA_LIFE])).map(toReplica);
  },
  rows: async () => {
    const rows = new Map<string, number>();
    for (const { id, n } of await db.all<{ id: string; n: number }>(ROWS))
      rows.set(id, (rows.get(id) ?? 0) + Number(n));
    return rows;
  },
  sealedUnderOthers: async (table, dataKeyId, after, limit) => {
    const { key, bound } = SEALED[table];
    const sql = `SELECT ${key} AS found, ${bound} AS bound, user_id, box, data_key_id FROM ${table}
      WHERE data_key_id <> ? AND box IS NOT NULL AND ${key} > ? ORDER BY ${key} ${limited(limit)}`;
    return (await db.all<SealedColumns>(sql, [dataKeyId, after])).map(
      (row): SealedRow => ({
        key: row.found,
        binding: { rowId: row.bound, ownerId: row.user_id },
        sealed: { dataKeyId: row.data_key_id, box: row.box },
      }),
    );
  },
});

const announce = (dialect: Dialect): string => {
  const fresh = (column: string) => (dialect === 'sqlite' ? `excluded.${column}` : `VALUES(${column})`);
  return `INSERT INTO replicas (id, name, key_ids, seen_at) VALUES (?, ?, ?, ${NOW[dialect]})
    ${onDuplicate(dialect, 'id')} key_ids = ${fresh('key_ids')}, seen_at = ${fresh('seen_at')}`;
};

export const keyStore = (db: Database): KeyStore => ({
  announce: async ({ id, name, keyIds }) => {
    await db.run(announce(db.dialect), [id, name, keyIds.join(' ')]);
    const dead = { where: `seen_at < ${NOW[db.dialect]} - ?`, values: [HOUR] };
    const ids = await db.all<{ id: string }>(`SELECT id FROM replicas WHERE ${dead.where}`, dead.values);
    await deleteEach(
      db,
      'replicas',
      'id',
      ids.map((row) => row.id),
      dead,
    );
  },
  withdraw: async (id) => {
    await db.run('DELETE FROM replicas WHERE id = ?', [id]);
  },
  activate: ({ id, purpose }) =>
    unlessDuplicate(() =>
      db.run(
        `INSERT INTO key_turns (key_id, purpose, turn, activated_at)
         SELECT ?, ?, (SELECT COALESCE(MAX(turn), 0) + 1 FROM key_turns), ${NOW[db.dialect]}`,
        [id, purpose],
      ),
    ),
  // Rows that still name it are looked for in the same statement: it would be the end of them.
  removeDataKey: async (id) =>
    changed(
      await db.run(
        `DELETE FROM data_keys WHERE id = ? AND NOT EXISTS (SELECT 1 FROM factors f WHERE f.data_key_id = data_keys.id)
         AND NOT EXISTS (SELECT 1 FROM pending_factors p WHERE p.data_key_id = data_keys.id AND p.box IS NOT NULL)`,
        [id],
      ),
    ),
  rewrapDataKey: async ({ id, wrapped }, to) =>
    changed(
      await db.run('UPDATE data_keys SET wrapped = ?, wrapping_key_id = ? WHERE id = ? AND wrapped = ?', [
        to.wrapped,
        to.wrappingKeyId,
        id,
        wrapped,
      ]),
    ),
  reseal: async (table, { key, sealed }, to) =>
    changed(
      await db.run(`UPDATE ${table} SET box = ?, data_key_id = ? WHERE ${SEALED[table].key} = ? AND box = ?`, [
        to.box,
        to.dataKeyId,
        key,
        sealed.box,
      ]),
    ),
  rehash: async (table, id, from, to) => {
    // A call under way may still name the session by the hash it found.
    const kept = table === 'sessions' ? 'previous_digest = digest, ' : '';
    const sql = `UPDATE ${table} SET ${kept}digest = ?, key_id = ? WHERE id = ? AND digest = ?`;
    const rehash = () => db.run(sql, [to.digest, to.keyId, id, from.digest]);
    // Whoever remembers it would miss the old key once that is gone.
    return changed(table === 'sessions' ? await revokedBy(db, id, await rehash()) : await raised(db, rehash));
  },
  ...keyReads(db),
});
