import type { Sink } from './sink.js';

const MINUTE = 60_000;

/**
 * As many events as asked for, ten or so a user, made inside the database. Indices are made afterwards: one sort each instead of ten
 * million searches.
 */
export async function seedAuditEvents(sink: Sink, count: number, now: number): Promise<void> {
  if (count === 0) return;
  if (sink.dialect !== 'sqlite') throw new Error('audit events are seeded on SQLite only');
  const indices = await sink.all<{ name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'audit_events' AND sql IS NOT NULL",
  );
  for (const { name } of indices) await sink.run(`DROP INDEX "${name}"`);
  await sink.run('CREATE TEMP TABLE subjects AS SELECT id FROM users');
  await sink.run(`INSERT INTO audit_events (at, code, outcome, actor, subject, component_id, address, rpc, factor_kind, unlooked,
      request_id, acknowledgement_due)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    SELECT ${now - MINUTE} - (${count} - i), 'SESSION_OPENED', 'success', s.id, s.id, 'console', '127.0.0.1',
      '/sallyport.auth.v1.AuthService/VerifyOtp', 'totp', 0, s.id, 0
    FROM n JOIN subjects s ON s.rowid = 1 + (i * 7919) % (SELECT COUNT(*) FROM subjects)`);
  await sink.run('DROP TABLE subjects');
  for (const { sql } of indices) await sink.run(sql);
}
