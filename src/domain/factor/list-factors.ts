import type { Caller } from '../call.js';
import type { Clock } from '../ports.js';
import type { CommittedReads, ReadStores } from '../stores.js';
import { userById } from '../user/user-by-id.js';
import type { Factor } from './factor.js';
import { codesDisabled } from './last-factor.js';

/** A device and what it is good for now. */
export interface FactorView {
  readonly factor: Factor;
  readonly state: 'active' | 'suspended' | 'disabled';
}

/** Everything a user can prove the second factor with. */
export interface FactorList {
  readonly factors: readonly FactorView[];
  readonly recoveryCodesLeft: number;
}

interface Needs {
  readonly reads: CommittedReads;
  readonly clock: Clock;
}

/** The caller's own devices, oldest first. */
export function listFactors({ reads, clock }: Needs) {
  return (caller: Caller): Promise<FactorList> =>
    reads((stores) => listOf(stores, caller.active.user.id, clock()), { deadline: caller.deadline });
}

/** A user's devices, for administrators. */
export function listUserFactors({ reads, clock }: Needs) {
  return (caller: Caller, userId: string): Promise<FactorList> =>
    reads(
      async (stores) => {
        const user = await userById(stores, userId);
        return listOf(stores, user.id, clock());
      },
      { deadline: caller.deadline },
    );
}

async function listOf(stores: ReadStores, userId: string, now: number): Promise<FactorList> {
  const disabled = await codesDisabled(stores, userId, now);
  const factors = await stores.factors.of(userId);
  return {
    factors: factors.map((factor) => factorView(factor, disabled)),
    recoveryCodesLeft: await stores.recoveryCodes.left(userId),
  };
}

const factorView = (factor: Factor, disabled: boolean): FactorView => ({
  factor,
  state: factor.suspended ? 'suspended' : disabled ? 'disabled' : 'active',
});

/** One device, as the unit that changed it sees it. */
export const viewOfFactor = async (stores: ReadStores, factor: Factor, now: number): Promise<FactorView> =>
  factorView(factor, await codesDisabled(stores, factor.userId, now));
