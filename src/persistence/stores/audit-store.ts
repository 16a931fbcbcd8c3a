import type { AuditEvent, StoredAuditEvent } from '../../domain/audit/audit-event.js';
import type { AuditFilter, AuditReads, AuditStore, ToldEvent } from '../../domain/audit/audit-store.js';
import type { Database, SqlValue } from '../database.js';
import type { AuditEventRow } from '../entities/audit-event.js';
import { changed, deleteEach, limited, marks, words } from './sql.js';

/** Prints a committed event as a JSON line. */
export type PrintAudit = (event: StoredAuditEvent) => void;

const toEvent = (row: AuditEventRow): StoredAuditEvent => ({
  sequence: row.sequence,
  at: row.at,
  code: row.code,
  outcome: row.outcome,
  reason: row.reason ?? undefined,
  actor: row.actor,
  subject: row.subject ?? undefined,
  objectId: row.object_id ?? undefined,
  componentId: row.component_id ?? undefined,
  address: row.address ?? undefined,
  peer: row.peer ?? undefined,
  rpc: row.rpc ?? undefined,
  factorKind: row.factor_kind ?? undefined,
  changedFields: words(row.changed_fields),
  unlooked: row.unlooked,
  clockOffset: row.clock_offset ?? undefined,
  requestId: row.request_id ?? undefined,
  acknowledgementDue: row.acknowledgement_due === 1 && row.acknowledged_at === null,
});

// In every sign-in: few columns, since each costs as much as finding the row.
const TOLD = `SELECT sequence, at, code, outcome, component_id, address FROM audit_events
  WHERE subject = ? AND sequence < ? ORDER BY sequence DESC`;
type ToldRow = Pick<AuditEventRow, 'sequence' | 'at' | 'code' | 'outcome' | 'component_id' | 'address'>;

const toTold = (row: ToldRow): ToldEvent => ({
  sequence: row.sequence,
  at: row.at,
  code: row.code,
  outcome: row.outcome,
  componentId: row.component_id ?? undefined,
  address: row.address ?? undefined,
});

// Two questions: asked for both at once, SQLite looks at every row.
const SPAN = `SELECT (SELECT MIN(sequence) FROM audit_events) AS least, (SELECT MAX(sequence) FROM audit_events) AS most`;

const DUE = 'acknowledgement_due = 1 AND acknowledged_at IS NULL';

export const auditReads = (db: Database): AuditReads => ({
  list: async (filter, { limit, after }) => {
    const { where, values } = narrowed(filter, after);
    const sql = `SELECT * FROM audit_events ${where} ORDER BY sequence DESC ${limited(limit)}`;
    return (await db.all<AuditEventRow>(sql, values)).map(toEvent);
  },
  about: async (subject, { limit, after }) =>
    (await db.all<ToldRow>(`${TOLD} ${limited(limit)}`, [subject, after ?? Number.MAX_SAFE_INTEGER])).map(toTold),
  timesOf: async (sequences) => {
    if (sequences.length === 0) return new Map();
    const sql = `SELECT sequence, at FROM audit_events WHERE sequence IN (${marks(sequences.length)})`;
    const rows = await db.all<{ sequence: number; at: number }>(sql, sequences);
    return new Map(rows.map(({ sequence, at }) => [sequence, at]));
  },
  span: async () => {
    const row = await db.get<{ least: number | null; most: number | null }>(SPAN);
    return { least: row?.least ?? 0, most: row?.most ?? 0 };
  },
  hasMoreBetween: async (time, most) => {
    const { where, values } = narrowed(time, undefined);
    const some = `SELECT 1 AS one FROM audit_events ${where} ${limited(most + 1)}`;
    return (await db.get<{ n: number }>(`SELECT COUNT(*) AS n FROM (${some}) some`, values))?.n === most + 1;
  },
  bySequence: async (sequence) => {
    const row = await db.get<AuditEventRow>('SELECT * FROM audit_events WHERE sequence = ?', [sequence]);
    return row && toEvent(row);
  },
  due: async (limit) => {
    const sql = `SELECT * FROM audit_events WHERE ${DUE} ORDER BY sequence DESC ${limited(limit)}`;
    return (await db.all<AuditEventRow>(sql)).map(toEvent);
  },
});

function narrowed(
  { from, to, actor, subject, codes, outcome, leastSequence }: AuditFilter,
  after: number | undefined,
): { where: string; values: SqlValue[] } {
  const asked: [string, readonly SqlValue[]][] = [];
  const ask = (sql: string, value: SqlValue | undefined): void =>
    void (value === undefined || asked.push([sql, [value]]));
  ask('at >= ?', from);
  ask('at < ?', to);
  ask('actor = ?', actor);
  ask('subject = ?', subject);
  ask('outcome = ?', outcome);
  ask('sequence < ?', after);
  ask('sequence >= ?', leastSequence);
  if (codes && codes.length > 0) asked.push([`code IN (${marks(codes.length)})`, codes]);
  const where = asked.length === 0 ? '' : `WHERE ${asked.map(([sql]) => sql).join(' AND ')}`;
  return { where, values: asked.flatMap(([, values]) => [...values]) };
}

const INSERT = `INSERT INTO audit_events (at, code, outcome, reason, actor, subject, object_id, component_id, address, peer, rpc,
  factor_kind, changed_fields, unlooked, clock_offset, request_id, acknowledgement_due) VALUES (${marks(17)})`;

export const auditStore = (db: Database, print: PrintAudit): AuditStore => ({
  append: async (event: AuditEvent) => {
    const { insertId } = await db.run(INSERT, [
      event.at,
      event.code,
      event.outcome,
      event.reason ?? null,
      event.actor,
      event.subject ?? null,
      event.objectId ?? null,
      event.componentId ?? null,
      event.address ?? null,
      event.peer ?? null,
      event.rpc ?? null,
      event.factorKind ?? null,
      event.changedFields.length === 0 ? null : event.changedFields.join(' '),
      event.unlooked,
      event.clockOffset ?? null,
      event.requestId ?? null,
      event.acknowledgementDue ? 1 : 0,
    ]);
    db.afterCommit(() => print({ ...event, sequence: insertId }));
  },
  acknowledge: async (sequence, by, at) => {
    const sql = `UPDATE audit_events SET acknowledged_at = ?, acknowledged_by = ? WHERE sequence = ? AND ${DUE}`;
    return changed(await db.run(sql, [at, by, sequence]));
  },
  removeBefore: async (at, limit) => {
    const sql = `SELECT sequence FROM audit_events WHERE at < ? ORDER BY at ${limited(limit)}`;
    const old = (await db.all<{ sequence: number }>(sql, [at])).map(({ sequence }) => sequence);
    return deleteEach(db, 'audit_events', 'sequence', old, { where: 'at < ?', values: [at] });
  },
  ...auditReads(db),
});
