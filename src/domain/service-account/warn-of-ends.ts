import { AUDIT } from '../audit/audit-codes.js';
import { withoutCall } from '../audit/audit-of.js';
import type { Clock } from '../ports.js';
import type { CommittedReads, Stores, UnitOfWork } from '../stores.js';
import { WARNED_AT, type WarnedAt, warningDue } from './end-time.js';
import type { Ending } from './ending.js';

interface Needs {
  readonly unitOfWork: UnitOfWork;
  readonly reads: CommittedReads;
  readonly clock: Clock;
}

/** How many secrets and accounts that can still be used end within so many days. */
export type NearEnds = ReadonlyMap<WarnedAt, { readonly secrets: number; readonly accounts: number }>;

const DAY = 24 * 60 * 60_000;

/** Writes the warnings that are due, each once over all replicas, and tells how many ends are near. */
export function warnOfEnds({ unitOfWork, reads, clock }: Needs) {
  return async (): Promise<NearEnds> => {
    const now = clock();
    const near = await reads(async ({ users, serviceSecrets }) => ({
      secrets: await serviceSecrets.ending(now, now + WARNED_AT[0] * DAY),
      accounts: await users.ending(now, now + WARNED_AT[0] * DAY),
    }));
    for (const secret of near.secrets) await warn(secret, 'secret');
    for (const account of near.accounts) await warn(account, 'account');
    return new Map(WARNED_AT.map((days) => [days, countWithin(near, now + days * DAY)]));
  };

  async function warn(ending: Ending, what: 'secret' | 'account'): Promise<void> {
    const due = warningDue(ending.endsAt, clock());
    if (due === undefined || due >= (ending.warnedDays ?? Number.POSITIVE_INFINITY)) return;
    await unitOfWork((stores) => writeOnce(stores, ending, what, due, clock()));
  }
}

async function writeOnce(
  { serviceSecrets, users, audit }: Stores,
  { id, userId }: Ending,
  what: 'secret' | 'account',
  days: WarnedAt,
  now: number,
): Promise<void> {
  const first = await (what === 'secret' ? serviceSecrets : users).noteWarned(id, days);
  if (!first) return;
  const code = what === 'secret' ? AUDIT.SERVICE_SECRET_ENDING : AUDIT.SERVICE_ACCOUNT_ENDING;
  const reason = days === 1 ? '1_DAY_LEFT' : `${days}_DAYS_LEFT`;
  await audit.append(withoutCall({ at: now, code, outcome: 'success', reason, subject: userId }, 'service'));
}

const countWithin = (
  { secrets, accounts }: { readonly secrets: readonly Ending[]; readonly accounts: readonly Ending[] },
  until: number,
) => ({
  secrets: secrets.filter(({ endsAt }) => endsAt <= until).length,
  accounts: accounts.filter(({ endsAt }) => endsAt <= until).length,
});
