import {
  type AdministrationNeeds,
  ableAdministrators,
  administer,
  type Change,
  mustLeaveAdministrator,
  targetUser,
} from '../administration/index.js';
import { AUDIT } from '../audit/audit-codes.js';
import type { Caller } from '../call.js';
import { Refusal } from '../refusal.js';
import { endEverything } from '../user/end-everything.js';
import type { Factor } from './factor.js';
import { factorOf, isLastUsable } from './last-factor.js';
import { type FactorView, viewOfFactor } from './list-factors.js';

/** Suspends a user's device, the last usable one too, and ends what they have open. */
export function suspendUserFactor(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, userId: string, factorId: string): Promise<FactorView> =>
    change(caller, 'mfa.manage', async (work) => {
      const factor = await lockedFactor(work, userId, factorId);
      await takeAway(work, factor, () => work.stores.factors.suspend(factor.id));
      await work.note(AUDIT.FACTOR_SUSPENDED, about(factor));
      return viewOfFactor(work.stores, { ...factor, suspended: true }, work.now);
    });
}

/** Makes a suspended device usable again. */
export function resumeUserFactor(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, userId: string, factorId: string): Promise<FactorView> =>
    change(caller, 'mfa.manage', async (work) => {
      const user = await targetUser(work, userId);
      const factor = await factorOf(work.stores, user.id, factorId);
      await work.stores.factors.resume(factor.id);
      await work.note(AUDIT.FACTOR_RESUMED, about(factor));
      return viewOfFactor(work.stores, { ...factor, suspended: false }, work.now);
    });
}

/** Removes a user's device and ends what they have open; the last usable one goes by ResetMfa only. */
export function removeUserFactor(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, userId: string, factorId: string): Promise<void> =>
    change(caller, 'mfa.manage', async (work) => {
      const factor = await lockedFactor(work, userId, factorId);
      if (await isLastUsable(work.stores, factor, work.now))
        throw new Refusal('LAST_FACTOR', { message: 'This is their last usable device. Reset their factors instead.' });
      await takeAway(work, factor, () => work.stores.factors.remove(factor.id));
      await work.note(AUDIT.FACTOR_REMOVED, about(factor));
    });
}

// Raising the version locks the user's row, so that its owner's own change of another device comes before or after.
async function lockedFactor(work: Change, userId: string, factorId: string): Promise<Factor> {
  const user = await targetUser(work, userId);
  await work.stores.users.raiseSecurityVersion(user.id);
  return factorOf(work.stores, user.id, factorId);
}

async function takeAway({ stores, now }: Change, factor: Factor, take: () => Promise<unknown>): Promise<void> {
  const before = await ableAdministrators(stores, now);
  await take();
  await mustLeaveAdministrator(stores, before, now);
  await endEverything(stores, { id: factor.userId }, now);
}

const about = ({ userId, id, kind }: Factor) => ({ subject: userId, objectId: id, factorKind: kind });
