import type { Sink } from '../../bench/seed/sink.js';
import { AUDIT } from '../../src/domain/audit/audit-codes.js';

/** What the database holds of one person, counted. */
export interface Standing {
  readonly sessions: number;
  readonly signIns: number;
  readonly spent: number;
  /** Wrong codes: as failures, and in the trail. */
  readonly failures: number;
  readonly wrong: number;
  /** The same of passwords. */
  readonly guesses: number;
  readonly guessed: number;
  readonly opened: number;
  readonly ended: number;
}

export async function standingOf(sink: Sink, userId: string): Promise<Standing> {
  const count = (table: string, where: string): string => `(SELECT COUNT(*) FROM ${table} WHERE ${where})`;
  const audits = (code: string): string => count('audit_events', `subject = '${userId}' AND code = '${code}'`);
  const failures = (kind: string, subject: string): string =>
    `(SELECT SUM(failures) FROM waits WHERE kind = '${kind}' AND subject = ${subject})`;
  const [row] = await sink.all<Record<keyof Standing, number | string | null>>(`SELECT
    ${count('sessions', `user_id = '${userId}'`)} AS sessions,
    ${count('sign_ins', `user_id = '${userId}'`)} AS signIns,
    ${count('factors', `user_id = '${userId}' AND last_step > -1`)} AS spent,
    ${failures('code', `X'${Buffer.from(userId).toString('hex')}'`)} AS failures,
    ${failures('password', `(SELECT lock_key FROM users WHERE id = '${userId}')`)} AS guesses,
    ${audits(AUDIT.SESSION_OPENED)} AS opened,
    ${audits(AUDIT.SESSION_ENDED)} AS ended,
    ${audits(AUDIT.INVALID_PASSWORD)} AS guessed,
    ${audits(AUDIT.INVALID_CODE)} AS wrong`);
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value ?? 0)])) as never;
}
