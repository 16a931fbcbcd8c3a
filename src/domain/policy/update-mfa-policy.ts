import {
  type AdministrationNeeds,
  ableAdministrators,
  actorIn,
  administer,
  isSomeDoorOpen,
  mustLeaveAdministrator,
  mustLeaveDoor,
  requireProof,
} from '../administration/index.js';
import { AUDIT, type AuditCode } from '../audit/audit-codes.js';
import type { Caller } from '../call.js';
import { Refusal } from '../refusal.js';
import type { CommittedReads, ReadStores } from '../stores.js';
import type { MfaPolicy } from './mfa-policy.js';
import { type MfaPreview, previewMfa } from './preview-mfa.js';

interface Needs extends AdministrationNeeds {
  readonly reads: CommittedReads;
}

export type PolicyChange = Partial<Omit<MfaPolicy, 'switchedOnAt' | 'updatedAt'>>;

export interface PolicyAnswer {
  readonly policy: MfaPolicy;
  readonly preview: MfaPreview | undefined;
}

/** Switches multi-factor authentication and changes how it works; `validateOnly` changes nothing and tells whom it touches. */
export function updateMfaPolicy(needs: Needs) {
  const change = administer(needs);
  return (caller: Caller, asked: PolicyChange, validateOnly: boolean): Promise<PolicyAnswer> => {
    if (validateOnly) return preview(needs, caller, asked);
    return change(caller, 'mfa.manage', async ({ stores, actor, now, note }) => {
      const before = await stores.policy.get();
      const switchedOn = asked.on === true && !before.on;
      if (asked.on === true) await mayBeOn(stores, actor.id);
      const able = await ableAdministrators(stores, now);
      const wasOpen = await isSomeDoorOpen(stores);
      const applied = { ...asked, ...(switchedOn ? { switchedOnAt: now } : {}), updatedAt: now };
      await stores.policy.update(applied);
      await mustLeaveAdministrator(stores, able, now);
      await mustLeaveDoor(stores, wasOpen);
      await note(codeOf(asked, before), { changedFields: Object.keys(asked) });
      return { policy: { ...before, ...applied }, preview: undefined };
    });
  };
}

function codeOf(asked: PolicyChange, before: MfaPolicy): AuditCode {
  if (asked.on === undefined || asked.on === before.on) return AUDIT.POLICY_UPDATED;
  return asked.on ? AUDIT.MFA_SWITCHED_ON : AUDIT.MFA_SWITCHED_OFF;
}

/** More than anybody has: how many there are is told, however few of them an answer has room to name. */
const MOST_GROUPS = 10_000;

async function mayBeOn(stores: ReadStores, callerId: string): Promise<void> {
  const groups = await stores.groups.list({ limit: MOST_GROUPS, after: undefined });
  if (groups.length > 0) {
    throw new Refusal('GROUPS_PRESENT', {
      message: `Groups cannot hold a second factor. Delete them first: ${groups.map(({ name }) => name).join(', ')}.`,
      preconditions: groups.map(({ id, name }) => ({
        type: 'GROUP',
        subject: `groups/${id}`,
        description: `Delete the group ${name} first.`,
      })),
    });
  }
  const usable = (await stores.factors.of(callerId)).some(({ suspended }) => !suspended);
  if (!usable) throw new Refusal('ENROLL_FIRST');
}

async function preview({ reads, clock }: Needs, caller: Caller, asked: PolicyChange): Promise<PolicyAnswer> {
  requireProof(caller, clock());
  return reads(
    async (stores) => {
      await actorIn(stores, caller, 'mfa.manage', clock());
      const before = await stores.policy.get();
      const policy = { ...before, ...asked, ...(asked.on === true && !before.on ? { switchedOnAt: clock() } : {}) };
      return { policy, preview: await previewMfa(stores, policy, clock()) };
    },
    { deadline: caller.deadline },
  );
}
