import type * as messages from '../../../generated/sallyport/admin/v1/mfa_policy.js';
import type { PolicyChange } from '../../domain/policy/update-mfa-policy.js';
import { callerOf } from '../callers.js';
import { PROOF_BY_NUMBER, SWITCH_BY_NUMBER, toPolicy, toPreview } from '../convert/mfa-policy.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import type { AdminHandlers, AdminOperations } from './index.js';

const UPDATABLE = [
  'mfa_switch',
  'issuer',
  'window_steps',
  'session_lifetime_seconds',
  'session_idle_timeout_seconds',
  'enrollment_proof',
];

export const policyMethods = (operations: AdminOperations): AdminHandlers => ({
  getMfaPolicy: async (incoming: Incoming): Promise<messages.GetMfaPolicyResponse> => ({
    policy: toPolicy(await operations.getMfaPolicy(callerOf(incoming))),
  }),

  updateMfaPolicy: async (
    incoming: Incoming,
    request: messages.UpdateMfaPolicyRequest,
  ): Promise<messages.UpdateMfaPolicyResponse> => {
    const fields = new Fields();
    const change = changeOf(fields, request);
    fields.check();
    const { policy, preview } = await operations.updateMfaPolicy(callerOf(incoming), change, request.validateOnly);
    return { policy: toPolicy(policy), preview: preview && toPreview(preview) };
  },
});

type Reader = (fields: Fields, policy: messages.MfaPolicy) => PolicyChange;

/** One reader a path of the mask; floors and ceilings are here, zero never means unlimited. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    'mfa_switch',
    (fields, { mfaSwitch }) => ({ on: fields.oneOf('policy.mfa_switch', mfaSwitch, SWITCH_BY_NUMBER) ?? true }),
  ],
  ['issuer', (fields, { issuer }) => ({ issuer: issuerOf(fields, issuer) })],
  [
    'window_steps',
    (fields, { windowSteps }) => ({ windowSteps: fields.number('policy.window_steps', windowSteps, 0, 1) }),
  ],
  [
    'session_lifetime_seconds',
    (fields, policy) => ({
      sessionLifetime:
        1000 * fields.number('policy.session_lifetime_seconds', policy.sessionLifetimeSeconds, 300, 86_400),
    }),
  ],
  [
    'session_idle_timeout_seconds',
    (fields, policy) => ({
      sessionIdleTimeout:
        1000 * fields.number('policy.session_idle_timeout_seconds', policy.sessionIdleTimeoutSeconds, 60, 3600),
    }),
  ],
  [
    'enrollment_proof',
    (fields, policy) => ({
      enrollmentProof:
        fields.oneOf('policy.enrollment_proof', policy.enrollmentProof, PROOF_BY_NUMBER) ?? 'code_always',
    }),
  ],
]);

function changeOf(fields: Fields, { policy, updateMask }: messages.UpdateMfaPolicyRequest): PolicyChange {
  const mask = fields.mask('update_mask', updateMask, UPDATABLE);
  fields.present('policy', policy);
  const change: PolicyChange = {};
  for (const path of mask) if (policy) Object.assign(change, READERS.get(path)?.(fields, policy));
  return change;
}

function issuerOf(fields: Fields, text: string): string {
  const issuer = fields.name('policy.issuer', text, 64);
  if (issuer.includes(':')) fields.refuse('policy.issuer', 'Must hold no colon.');
  return issuer;
}
