import { AUDIT } from '../audit/audit-codes.js';
import type { AuditReads, ToldEvent } from '../audit/audit-store.js';
import type { User } from '../user/user.js';

/** What the owner of an account should know when a session opens: what happened since the one before. */
export interface AccountNotice {
  /** The sign-in before this one. */
  readonly previous: { readonly at: number; readonly address: string } | undefined;
  /** Wrong passwords and codes that were counted. */
  readonly failuresSince: number;
  /** Newest first. */
  readonly passwordProvedOnly: readonly {
    readonly at: number;
    readonly address: string;
    readonly componentId: string;
  }[];
}

/** How many of the account's latest events are looked at, however many there are: two short walks along one index. */
export const MOST_LOOKED_AT = 1000;
/** How many PASSWORD_PROVED_ONLY events are told. */
export const MOST_TOLD = 20;

const FIRST_LOOK = 5;
// Replicas' clocks agree within seconds, so that the order of events and their times may differ by as much.
const CLOCKS_APART = 10_000;
const FAILURES: ReadonlySet<string> = new Set([
  AUDIT.INVALID_PASSWORD,
  AUDIT.INVALID_CODE,
  AUDIT.INVALID_ENROLLMENT_CODE,
]);

/** Reads what a notice tells; nothing of a service account, whom nobody reads one to. */
export async function accountNotice(audit: AuditReads, user: User): Promise<AccountNotice> {
  const { lastSignInAt, lastSignInAddress } = user;
  const previous = lastSignInAt === undefined ? undefined : { at: lastSignInAt, address: lastSignInAddress ?? '' };
  const events = user.kind === 'person' ? await eventsSince(audit, user.id, lastSignInAt ?? user.createdAt) : [];
  return {
    previous,
    failuresSince: events.filter(({ code, outcome }) => outcome === 'failure' && FAILURES.has(code)).length,
    passwordProvedOnly: events
      .filter(({ code }) => code === AUDIT.PASSWORD_PROVED_ONLY)
      .slice(0, MOST_TOLD)
      .map(({ at, address, componentId }) => ({ at, address: address ?? '', componentId: componentId ?? '' })),
  };
}

async function eventsSince(audit: AuditReads, subject: string, since: number): Promise<readonly ToldEvent[]> {
  const latest = await audit.about(subject, { limit: FIRST_LOOK, after: undefined });
  const oldest = latest.at(-1);
  const more = latest.length === FIRST_LOOK && oldest !== undefined && oldest.at > since - CLOCKS_APART;
  const limit = MOST_LOOKED_AT - FIRST_LOOK;
  const earlier = more ? await audit.about(subject, { limit, after: oldest.sequence }) : [];
  return [...latest, ...earlier].filter(({ at }) => at > since);
}
