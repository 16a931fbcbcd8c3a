import type { SignIn } from '../../domain/sign-in/sign-in.js';
import type { SignInReads, SignInStore } from '../../domain/sign-in/sign-in-store.js';
import type { Database } from '../database.js';
import type { SignInRow } from '../entities/session.js';
import { proofValues, SECOND_FACTOR_COLUMNS, toProof } from './second-factor.js';
import { changed, limited, marks } from './sql.js';

const toSignIn = (row: SignInRow): SignIn => ({
  id: row.id,
  userId: row.user_id,
  componentId: row.component_id,
  stage: row.stage,
  token: { keyId: row.key_id, digest: row.digest },
  securityVersion: row.security_version,
  state: row.state,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  passwordAt: row.password_at,
  byOneTimePassword: row.by_one_time_password === 1,
  secondFactor: toProof(row),
  enrollmentCodeId: row.enrollment_code_id ?? undefined,
  address: row.address,
  description: row.description,
});

export const signInReads = (db: Database): SignInReads => ({
  byId: async (id) => {
    const row = await db.get<SignInRow>('SELECT * FROM sign_ins WHERE id = ?', [id]);
    return row && toSignIn(row);
  },
  ownerOf: async (id) =>
    (await db.get<Pick<SignInRow, 'user_id'>>('SELECT user_id FROM sign_ins WHERE id = ?', [id]))?.user_id,
});

const INSERT = `INSERT INTO sign_ins (id, user_id, component_id, stage, digest, key_id, security_version, state, created_at,
  expires_at, password_at, by_one_time_password, enrollment_code_id, address, description, ${SECOND_FACTOR_COLUMNS})
  VALUES (${marks(19)})`;

// An offset needs a limit.
const ALL = 1000;

export const signInStore = (db: Database): SignInStore => ({
  insert: async (s) => {
    await db.run(INSERT, [
      s.id,
      s.userId,
      s.componentId,
      s.stage,
      s.token.digest,
      s.token.keyId,
      s.securityVersion,
      s.state,
      s.createdAt,
      s.expiresAt,
      s.passwordAt,
      s.byOneTimePassword ? 1 : 0,
      s.enrollmentCodeId ?? null,
      s.address,
      s.description,
      ...proofValues(s.secondFactor),
    ]);
  },
  advance: async (id, from, { stage, token, expiresAt, securityVersion, byOneTimePassword, secondFactor }) => {
    const next = [stage, token.digest, token.keyId, expiresAt, securityVersion, byOneTimePassword ? 1 : 0];
    return changed(
      await db.run(
        `UPDATE sign_ins SET stage = ?, digest = ?, key_id = ?, expires_at = ?, security_version = ?, by_one_time_password = ?,
           second_factor = ?, second_factor_at = ?, factor_id = ?, factor_enrolled_at = ? WHERE id = ? AND digest = ? AND state = 'open'`,
        [...next, ...proofValues(secondFactor), id, from.digest],
      ),
    );
  },
  noteEnrollmentCode: async (id, token, codeId) =>
    changed(
      await db.run("UPDATE sign_ins SET enrollment_code_id = ? WHERE id = ? AND digest = ? AND state = 'open'", [
        codeId,
        id,
        token.digest,
      ]),
    ),
  finish: async (id, token) =>
    changed(await db.run("DELETE FROM sign_ins WHERE id = ? AND digest = ? AND state = 'open'", [id, token.digest])),
  openOf: async (userId) =>
    (await db.all<SignInRow>("SELECT * FROM sign_ins WHERE user_id = ? AND state = 'open'", [userId]))
      .map(toSignIn)
      .sort((one, other) => (one.id < other.id ? -1 : 1)),
  // Nearly always none, and rows that are only counted are not worth reading.
  openBeyond: async (userId, newest) => {
    const sql = `SELECT * FROM sign_ins WHERE user_id = ? AND state = 'open' ORDER BY id DESC ${limited(ALL)} OFFSET ${Math.trunc(newest)}`;
    return (await db.all<SignInRow>(sql, [userId])).map(toSignIn).reverse();
  },
  remove: async (id) => changed(await db.run('DELETE FROM sign_ins WHERE id = ?', [id])),
  markTaken: async (ids) => {
    for (const id of ids) await db.run("UPDATE sign_ins SET state = 'taken' WHERE id = ?", [id]);
  },
  expired: async (now, limit) =>
    (
      await db.all<SignInRow>(`SELECT * FROM sign_ins WHERE expires_at <= ? ORDER BY expires_at ${limited(limit)}`, [
        now,
      ])
    ).map(toSignIn),
  ...signInReads(db),
});
