import type { MfaPolicy } from '../../domain/policy/mfa-policy.js';
import type { PolicyReads, PolicyStore } from '../../domain/policy/policy-store.js';
import type { Database } from '../database.js';
import type { MfaPolicyRow } from '../entities/installation.js';
import { raised } from './administration-version.js';
import { given, updateNamed } from './named.js';

export const toPolicy = (row: Omit<MfaPolicyRow, 'id'>): MfaPolicy => ({
  on: row.is_on === 1,
  issuer: row.issuer,
  windowSteps: row.window_steps,
  sessionLifetime: row.session_lifetime,
  sessionIdleTimeout: row.session_idle_timeout,
  enrollmentProof: row.enrollment_proof,
  switchedOnAt: row.switched_on_at,
  updatedAt: row.updated_at,
});

export const policyReads = (db: Database): PolicyReads => ({
  get: async () => {
    const row = await db.get<MfaPolicyRow>('SELECT * FROM mfa_policy WHERE id = 1');
    if (!row) throw new Error('the database holds no MFA policy');
    return toPolicy(row);
  },
});

export const policyStore = (db: Database): PolicyStore => ({
  update: async (change) => {
    const row = given({
      is_on: change.on === undefined ? undefined : Number(change.on),
      issuer: change.issuer,
      window_steps: change.windowSteps,
      session_lifetime: change.sessionLifetime,
      session_idle_timeout: change.sessionIdleTimeout,
      enrollment_proof: change.enrollmentProof,
      switched_on_at: change.switchedOnAt,
      updated_at: change.updatedAt,
    });
    await raised(db, () => updateNamed(db, 'mfa_policy', '1', row));
  },
  ...policyReads(db),
});
