import type { Session } from '../../domain/session/session.js';
import type { SessionRow } from '../entities/session.js';
import { toProof } from './second-factor.js';

/** A session from its row; the digest comes apart, because not every statement tells it as bytes. */
export const toSession = (row: Omit<SessionRow, 'digest' | 'previous_digest'>, digest: Uint8Array): Session => ({
  id: row.id,
  userId: row.user_id,
  componentId: row.component_id,
  kind: row.kind,
  token: { keyId: row.key_id, digest },
  securityVersion: row.security_version,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastSeenAt: row.last_seen_at,
  passwordAt: row.password_at ?? undefined,
  secondFactor: toProof(row),
  provedAt: row.proved_at,
  byRecoveryCode: row.by_recovery_code === 1,
  enrollmentCodeId: row.enrollment_code_id ?? undefined,
  serviceSecretId: row.service_secret_id ?? undefined,
  address: row.address,
  description: row.description,
});
