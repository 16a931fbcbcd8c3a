/**
 * G: the rows that one right code writes, by prepared statements on a bare better-sqlite3, 32 codes in one durable commit.
 * Each row is written once, in the best order anybody could know.
 */
import Database from 'better-sqlite3';
import type { Stake } from '../seed/stake.js';
import { answer, cpuMicros, question } from './answer.js';

const GROUP = 32;

interface Question {
  readonly path: string;
  readonly stakes: readonly Stake[];
  readonly warmUp: number;
  readonly measure: number;
}

const { path, stakes, warmUp, measure } = await question<Question>();
const db = new Database(path);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');

const touchUser = db.prepare(
  'UPDATE users SET revision = revision + 1, last_sign_in_at = ?, last_sign_in_address = ? WHERE id = ? AND security_version = 1',
);
const clearWait = db.prepare(
  `INSERT INTO waits (subject, kind, bucket, failures, last_failure, generation) VALUES (?, 'code', 'elsewhere', 0, 0, 1)
   ON CONFLICT (subject, kind, bucket) DO UPDATE SET failures = 0, generation = generation + 1`,
);
const spendStep = db.prepare('UPDATE factors SET last_step = ?, last_used_at = ? WHERE id = ? AND last_step < ?');
const finish = db.prepare("DELETE FROM sign_ins WHERE id = ? AND digest = ? AND state = 'open'");
const openSession = db.prepare(
  `INSERT INTO sessions (id, user_id, component_id, kind, digest, key_id, security_version, created_at, expires_at, last_seen_at,
     password_at, second_factor, second_factor_at, factor_id, factor_enrolled_at, proved_at, by_recovery_code, address, description)
   VALUES (?, ?, 'console', 'person', ?, '0123456789abcdef', 1, ?, ?, ?, ?, 'totp', ?, ?, ?, ?, 0, '127.0.0.1', '')`,
);
const append = db.prepare(
  `INSERT INTO audit_events (at, code, outcome, actor, subject, object_id, component_id, address, rpc, factor_kind, unlooked, request_id,
     acknowledgement_due)
   VALUES (?, 'SESSION_OPENED', 'success', ?, ?, ?, 'console', '127.0.0.1', '/sallyport.auth.v1.AuthService/VerifyOtp', 'totp', 0, ?, 0)`,
);

let made = 0;
const freshId = (): string => `g${String(Date.now()).padStart(13, '0')}${String(made++).padStart(12, '0')}`;

function prove({ userId, factorId, signInId, digest }: Stake): void {
  const now = Date.now();
  const step = Math.floor(now / 30_000);
  const changed =
    touchUser.run(now, '127.0.0.1', userId).changes +
    spendStep.run(step, now, factorId, step).changes +
    finish.run(signInId, Buffer.from(digest, 'hex')).changes;
  if (changed !== 3) throw new Error('a code was not there to be spent');
  clearWait.run(Buffer.from(userId));
  const proved = [now, now + 43_200_000, now, now, now, factorId, now, now];
  const sessionId = freshId();
  openSession.run(sessionId, userId, Buffer.from(digest, 'hex'), ...proved);
  append.run(now, userId, userId, sessionId, freshId());
}

const commitGroup = db.transaction((group: readonly Stake[]) => {
  for (const stake of group) prove(stake);
});

let at = 0;
/** For so long, or until so many sign-ins are used up: a fast disk needs them sooner. */
function run(milliseconds: number, until: number): { codes: number; seconds: number } {
  const from = performance.now();
  const first = at;
  while (performance.now() < from + milliseconds && at + GROUP <= until) {
    commitGroup(stakes.slice(at, at + GROUP));
    at += GROUP;
  }
  return { codes: at - first, seconds: (performance.now() - from) / 1000 };
}

run(warmUp, stakes.length / 2);
const cpu = process.cpuUsage();
const { codes, seconds } = run(measure, stakes.length);
answer({ value: codes / seconds, cpuMicros: cpuMicros(cpu) / codes });
db.close();
