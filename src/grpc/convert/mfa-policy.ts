import {
  EnrollmentProof,
  MfaSwitch,
  type MfaPolicy as PolicyMessage,
  type MfaPreview as PreviewMessage,
} from '../../../generated/sallyport/admin/v1/mfa_policy.js';
import type { MfaPolicy, EnrollmentProof as Proof } from '../../domain/policy/mfa-policy.js';
import type { MfaPreview } from '../../domain/policy/preview-mfa.js';
import { byNumber } from './by-number.js';
import { toDate } from './date.js';
import { toGroup } from './named.js';

const PROOFS: Readonly<Record<Proof, EnrollmentProof>> = {
  code_after_reset: EnrollmentProof.ENROLLMENT_PROOF_CODE_AFTER_RESET,
  code_always: EnrollmentProof.ENROLLMENT_PROOF_CODE_ALWAYS,
  password: EnrollmentProof.ENROLLMENT_PROOF_PASSWORD,
};

export const PROOF_BY_NUMBER: ReadonlyMap<number, Proof> = byNumber(PROOFS);
export const SWITCH_BY_NUMBER: ReadonlyMap<number, boolean> = new Map([
  [MfaSwitch.MFA_SWITCH_ON, true],
  [MfaSwitch.MFA_SWITCH_OFF, false],
]);

export const toPolicy = (policy: MfaPolicy): PolicyMessage => ({
  mfaSwitch: policy.on ? MfaSwitch.MFA_SWITCH_ON : MfaSwitch.MFA_SWITCH_OFF,
  issuer: policy.issuer,
  windowSteps: policy.windowSteps,
  sessionLifetimeSeconds: BigInt(Math.floor(policy.sessionLifetime / 1000)),
  sessionIdleTimeoutSeconds: BigInt(Math.floor(policy.sessionIdleTimeout / 1000)),
  enrollmentProof: PROOFS[policy.enrollmentProof],
  switchOnTime: new Date(policy.switchedOnAt),
  updateTime: new Date(policy.updatedAt),
});

export const toPreview = ({
  people,
  morePeople,
  exempt,
  moreExempt,
  groups,
  moreGroups,
}: MfaPreview): PreviewMessage => ({
  peopleWithoutFactor: people.map(({ user, enrollUntil }) => ({
    userId: user.id,
    username: user.name,
    enrollUntilTime: toDate(enrollUntil),
  })),
  morePeople,
  exemptAccounts: exempt.map(({ id, name, kindReason, endsAt }) => ({
    userId: id,
    username: name,
    reason: kindReason ?? '',
    endTime: toDate(endsAt),
  })),
  moreAccounts: moreExempt,
  groups: groups.map(toGroup),
  moreGroups,
});
