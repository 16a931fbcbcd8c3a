import { describe, expect, test } from 'vitest';
import type { ActiveSession } from '../../../src/domain/call.js';
import { DEFAULT_POLICY } from '../../../src/domain/policy/default-policy.js';
import { Refusal } from '../../../src/domain/refusal.js';
import { refuseRecoverySession, requireFreshProof } from '../../../src/domain/step-up/fresh-proof.js';
import { aComponent, aSession, aUser, NOW } from '../../persistence/stores/samples.js';

const TEN_MINUTES = 600_000;

function sessionOf({ enrolled = true, factor = true, byRecoveryCode = false } = {}): ActiveSession {
  const user = aUser(enrolled ? { enrolledAt: NOW - 1 } : {});
  const session = aSession(user, { byRecoveryCode, ...(factor ? {} : { secondFactor: undefined }) });
  const policy = { ...DEFAULT_POLICY, switchedOnAt: 0, updatedAt: 0 };
  const standing = { roleIds: [], permissions: new Set<string>(), component: aComponent(), policy };
  return { ...standing, user, session, expiresAt: session.expiresAt };
}

function refusalOf(act: () => void): Refusal | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

describe('a fresh proof', () => {
  test('counts for ten minutes, the sign-in too', () => {
    const active = sessionOf();

    expect(refusalOf(() => requireFreshProof(active, NOW + TEN_MINUTES))).toBeUndefined();
    expect(refusalOf(() => requireFreshProof(active, NOW + TEN_MINUTES + 1))?.reason).toBe('STEP_UP_REQUIRED');
  });

  test('is asked for as a code from who has a factor, else as the password', () => {
    const later = NOW + TEN_MINUTES + 1;

    const enrolled = refusalOf(() => requireFreshProof(sessionOf(), later));
    const notEnrolled = refusalOf(() => requireFreshProof(sessionOf({ enrolled: false, factor: false }), later));

    expect(enrolled?.details.metadata).toEqual({ max_age: '600', methods: 'totp,hotp' });
    expect(notEnrolled?.details.metadata).toEqual({ max_age: '600', methods: 'password' });
  });

  test('is a code of any device, whichever the person came in with', () => {
    const active = sessionOf();
    const secondFactor = { kind: 'hotp', at: NOW, factorId: 'token', enrolledAt: NOW } as const;
    const byToken = { ...active, session: { ...active.session, secondFactor } };

    const refused = refusalOf(() => requireFreshProof(byToken, NOW + TEN_MINUTES + 1));

    expect(refused?.details.metadata?.['methods']).toBe('totp,hotp');
  });

  test('is the password alone for who has no factor', () => {
    const active = sessionOf({ enrolled: false, factor: false });

    expect(refusalOf(() => requireFreshProof(active, NOW))).toBeUndefined();
  });

  test('is not the password alone for who has a factor, even while MFA is off', () => {
    const passwordOnly = sessionOf({ factor: false });

    const refused = refusalOf(() => requireFreshProof(passwordOnly, NOW));

    expect(refused?.reason).toBe('STEP_UP_REQUIRED');
    expect(refused?.details.metadata?.['methods']).toBe('totp,hotp');
  });

  test('does nothing for a session that a recovery code opened', () => {
    const refused = refusalOf(() => refuseRecoverySession(sessionOf({ byRecoveryCode: true })));

    expect(refused?.reason).toBe('STEP_UP_REQUIRED');
    expect(refused?.details.metadata?.['methods']).toBe('');
    expect(refusalOf(() => refuseRecoverySession(sessionOf()))).toBeUndefined();
  });
});
