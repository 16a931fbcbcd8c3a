import { randomBytes } from 'node:crypto';
import { createRandomness } from '../../../src/crypto/index.js';
import type { AuditEvent } from '../../../src/domain/audit/audit-event.js';
import type { Component } from '../../../src/domain/component/component.js';
import type { EnrollmentCode } from '../../../src/domain/enrollment/enrollment-code.js';
import type { Factor, PendingFactor } from '../../../src/domain/factor/factor.js';
import type { WaitKey } from '../../../src/domain/lockout/wait-row.js';
import type { KeyedHash } from '../../../src/domain/ports.js';
import type { RecoveryCode } from '../../../src/domain/recovery/recovery-code.js';
import type { Role } from '../../../src/domain/role/role.js';
import type { ServiceSecret } from '../../../src/domain/service-account/service-secret.js';
import type { Session } from '../../../src/domain/session/session.js';
import type { SignIn } from '../../../src/domain/sign-in/sign-in.js';
import type { User } from '../../../src/domain/user/user.js';

export const NOW = 1_800_000_000_000;
export const DAY = 24 * 60 * 60_000;

export const { newId } = createRandomness(() => NOW);

export const newHash = (): KeyedHash => ({ keyId: 'k1', digest: randomBytes(32) });

export const newPhc = (): { pepperId: string; phc: string } => ({
  pepperId: 'p1',
  phc: `$argon2id$${randomBytes(16).toString('hex')}`,
});

export const aUser = (over: Partial<User> = {}): User => {
  const id = over.id ?? newId();
  return {
    id,
    name: `user-${id}`,
    lockKey: randomBytes(32),
    displayName: 'Zoë Ångström 🔐',
    email: 'zoe@example.com',
    kind: 'person',
    state: 'active',
    securityVersion: 1,
    createdAt: NOW,
    lastSignInAt: undefined,
    lastSignInAddress: undefined,
    enrolledAt: undefined,
    firstEnrolledAt: undefined,
    ownerId: undefined,
    kindReason: undefined,
    endsAt: undefined,
    ...over,
  };
};

export const aSession = (user: Pick<User, 'id'>, over: Partial<Session> = {}): Session => ({
  id: newId(),
  userId: user.id,
  componentId: 'console',
  kind: 'person',
  token: newHash(),
  securityVersion: 1,
  createdAt: NOW,
  expiresAt: NOW + DAY,
  lastSeenAt: NOW,
  passwordAt: NOW,
  secondFactor: { kind: 'totp', at: NOW, factorId: newId(), enrolledAt: NOW - DAY },
  provedAt: NOW,
  byRecoveryCode: false,
  enrollmentCodeId: undefined,
  serviceSecretId: undefined,
  address: '203.0.113.7',
  description: 'console of Zoë',
  ...over,
});

export const aSignIn = (user: Pick<User, 'id'>, over: Partial<SignIn> = {}): SignIn => ({
  id: newId(),
  userId: user.id,
  componentId: 'console',
  stage: 'challenge',
  token: newHash(),
  securityVersion: 1,
  state: 'open',
  createdAt: NOW,
  expiresAt: NOW + 300_000,
  passwordAt: NOW,
  byOneTimePassword: false,
  secondFactor: undefined,
  enrollmentCodeId: undefined,
  address: '203.0.113.7',
  description: '',
  ...over,
});

export const aFactor = (user: Pick<User, 'id'>, over: Partial<Factor> = {}): Factor => ({
  id: newId(),
  userId: user.id,
  kind: 'totp',
  label: 'phone',
  suspended: false,
  shape: { algorithm: 'SHA1', digits: 6, period: 30 },
  secret: { dataKeyId: 'd1', box: randomBytes(48) },
  secretDigest: randomBytes(32),
  lastStep: -1,
  createdAt: NOW,
  confirmedAt: NOW,
  lastUsedAt: undefined,
  ...over,
});

type NewPendingFactor = Omit<PendingFactor, 'begins' | 'tries'>;

export const aPendingFactor = (user: Pick<User, 'id'>, over: Partial<NewPendingFactor> = {}): NewPendingFactor => ({
  holderId: newId(),
  userId: user.id,
  factorId: newId(),
  label: 'phone',
  shape: { algorithm: 'SHA256', digits: 8, period: 60 },
  secret: { dataKeyId: 'd1', box: randomBytes(48) },
  expiresAt: NOW + 600_000,
  ...over,
});

export const anEnrollmentCode = (user: Pick<User, 'id'>, over: Partial<EnrollmentCode> = {}): EnrollmentCode => ({
  id: newId(),
  userId: user.id,
  hash: newPhc(),
  createdAt: NOW,
  expiresAt: NOW + DAY,
  tries: 0,
  ...over,
});

export const aRecoveryCode = (user: Pick<User, 'id'>, over: Partial<RecoveryCode> = {}): RecoveryCode => ({
  id: newId(),
  userId: user.id,
  position: 1,
  hash: newPhc(),
  createdAt: NOW,
  ...over,
});

export const aSecret = (user: Pick<User, 'id'>, over: Partial<ServiceSecret> = {}): ServiceSecret => ({
  id: newId(),
  userId: user.id,
  hash: newHash(),
  componentIds: ['rest-api', 'shell'],
  networks: ['192.0.2.0/24', '2001:db8::/32'],
  createdAt: NOW,
  expiresAt: NOW + 100 * DAY,
  revokedAt: undefined,
  lastUsedAt: undefined,
  ...over,
});

export const aRole = (over: Partial<Role> = {}): Role => {
  const id = newId();
  return {
    id,
    name: `Role ${id}`,
    description: '',
    builtIn: false,
    permissions: ['audit.read', 'console.read'],
    createdAt: NOW,
    ...over,
  };
};

export const aComponent = (over: Partial<Component> = {}): Component => {
  const id = newId();
  return {
    id,
    name: `Component ${id}`,
    description: 'sshd of a Linux repository',
    builtIn: false,
    people: 'without-mfa',
    serviceAccounts: true,
    administration: false,
    createdAt: NOW,
    ...over,
  };
};

export const anEvent = (over: Partial<AuditEvent> = {}): AuditEvent => ({
  at: NOW,
  code: '40205',
  outcome: 'failure',
  reason: undefined,
  actor: 'anonymous',
  subject: undefined,
  objectId: undefined,
  componentId: undefined,
  address: undefined,
  peer: undefined,
  rpc: undefined,
  factorKind: undefined,
  changedFields: [],
  unlooked: 0,
  clockOffset: undefined,
  requestId: undefined,
  acknowledgementDue: false,
  ...over,
});

export const passwordKey = (): WaitKey => ({ subject: randomBytes(32), kind: 'password' });
export const codeKey = (userId: string): WaitKey => ({ subject: Buffer.from(userId), kind: 'code' });
