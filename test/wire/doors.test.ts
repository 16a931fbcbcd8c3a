import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PeopleAccess } from '../../generated/sallyport/admin/v1/component.js';
import { EnrollmentProof } from '../../generated/sallyport/admin/v1/mfa_policy.js';
import { CHANGES, mfaReset, revoked } from './changes-meanwhile.js';
import { type DoorWorld, openDoorWorld } from './door-world.js';
import {
  beforeConfirmEnrollment,
  beforeOwnPasswordChange,
  beforeReauthenticate,
  beforeRemoveFactor,
  beforeResyncFactor,
  beforeSuspendFactor,
  beforeUseRecoveryCode,
  beforeVerifyOtp,
} from './doors.js';

/*
 * Every door to a session looks at user, component, policy, factor and wait at the moment it would open: what changed after
 * somebody began counts. `test/grpc/one-way-to-a-session.test.ts` lists them all; `machine-door`, `doors-without-mfa` and
 * `waits-at-doors` knock at the rest.
 */

let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld();
});
afterAll(() => world?.close());

/** What each door answers after each change, by hand. */
const WITH_MFA = [
  ['VerifyOtp', beforeVerifyOtp, 'SIGN_IN_EXPIRED', 'COMPONENT_REFUSED', 'MFA_REQUIRED'],
  ['UseRecoveryCode', beforeUseRecoveryCode, 'SIGN_IN_EXPIRED', 'COMPONENT_REFUSED', 'MFA_REQUIRED'],
  ['ResyncFactor', beforeResyncFactor, 'SIGN_IN_EXPIRED', 'COMPONENT_REFUSED', 'MFA_REQUIRED'],
  ['ConfirmEnrollment', beforeConfirmEnrollment, 'SIGN_IN_EXPIRED', 'COMPONENT_REFUSED', 'MFA_REQUIRED'],
  ['Reauthenticate', beforeReauthenticate, 'SESSION_REQUIRED', 'SESSION_REQUIRED', 'SESSION_REQUIRED'],
  ['ChangePassword in a session', beforeOwnPasswordChange, 'SESSION_REQUIRED', 'SESSION_REQUIRED', 'SESSION_REQUIRED'],
  ['SuspendFactor', beforeSuspendFactor, 'SESSION_REQUIRED', 'SESSION_REQUIRED', 'SESSION_REQUIRED'],
  ['RemoveFactor', beforeRemoveFactor, 'SESSION_REQUIRED', 'SESSION_REQUIRED', 'SESSION_REQUIRED'],
] as const;

describe.each(WITH_MFA)('%s', (_, ready, gone, never, withoutMfa) => {
  // The server's time passes with every code, and the administrator's proof grows old.
  beforeAll(() => world.proveAgain());

  test('gives a session that holds, when nothing changed', async () => {
    expect(await world.outcome((await ready(world)).knock())).toBe('session');
  });

  test.each([
    ...CHANGES,
    ['had all sessions and sign-ins revoked', revoked] as const,
    ['had the factors reset', mfaReset] as const,
  ])('gives none to a user who %s meanwhile', async (_change, change) => {
    const before = await ready(world);
    await change(world, before);
    expect(await world.outcome(before.knock())).toBe(gone);
  });

  test('gives none through another component, and the right one is not hurt by that', async () => {
    const before = await ready(world);
    expect(await world.outcome(before.knock(world.console))).toBe(gone);
    expect(await world.outcome(before.knock())).toBe('session');
  });

  test('gives none while its component no longer admits people, and looked at no proof', async () => {
    const before = await ready(world);
    await world.webAdmits(PeopleAccess.PEOPLE_ACCESS_NEVER);
    const refused = await world.outcome(before.knock());
    await world.webAdmits(PeopleAccess.PEOPLE_ACCESS_WITHOUT_MFA);
    const withMfa = await world.outcome(before.knock());
    await world.webAdmits(PeopleAccess.PEOPLE_ACCESS_ALWAYS);
    expect([refused, withMfa, await world.outcome(before.knock())]).toEqual([never, withoutMfa, 'session']);
  });
});

describe('ConfirmEnrollment looks at the enrolment proof again', () => {
  test('when the user has come to hold a guarded permission', async () => {
    const before = await beforeConfirmEnrollment(world);
    await world.admin().assignRole({ userId: before.userId, roleId: 'backup-administrator' });
    expect(await world.outcome(before.knock())).toBe('ENROLLMENT_CODE_INVALID');
  });

  test('when the policy now always asks for a code', async () => {
    const before = await beforeConfirmEnrollment(world);
    const ask = (enrollmentProof: EnrollmentProof) =>
      world.admin().updateMfaPolicy({ policy: { enrollmentProof }, updateMask: ['enrollment_proof'] });
    await ask(EnrollmentProof.ENROLLMENT_PROOF_CODE_ALWAYS);
    const refused = await world.outcome(before.knock());
    await ask(EnrollmentProof.ENROLLMENT_PROOF_CODE_AFTER_RESET);
    expect([refused, await world.outcome(before.knock())]).toEqual(['ENROLLMENT_CODE_INVALID', 'session']);
  });
});
