import { codeRequired, enrollmentWindowEnd } from '../enrollment/code-required.js';
import type { Group } from '../group/group.js';
import type { ReadStores } from '../stores.js';
import type { User } from '../user/user.js';
import type { MfaPolicy } from './mfa-policy.js';

export interface PersonWithoutFactor {
  readonly user: User;
  /** Until when they may enrol with the password alone; undefined where they need an enrolment code. */
  readonly enrollUntil: number | undefined;
}

/** Whom multi-factor authentication would stop, at most 1,000 of each. */
export interface MfaPreview {
  readonly people: readonly PersonWithoutFactor[];
  readonly morePeople: boolean;
  /** Service accounts that have not ended. */
  readonly exempt: readonly User[];
  readonly moreExempt: boolean;
  readonly groups: readonly Group[];
  readonly moreGroups: boolean;
}

const MOST = 1000;

export async function previewMfa(stores: ReadStores, policy: MfaPolicy, now: number): Promise<MfaPreview> {
  const people = await stores.users.list({ withoutFactor: true }, { limit: MOST + 1, after: undefined });
  const exempt = await stores.users.list({ exempt: { now, people: false } }, { limit: MOST + 1, after: undefined });
  const groups = await stores.groups.list({ limit: MOST + 1, after: undefined });
  const listed: PersonWithoutFactor[] = [];
  for (const user of people.slice(0, MOST))
    listed.push({ user, enrollUntil: await enrollUntil(stores, user, policy, now) });
  return {
    people: listed,
    morePeople: people.length > MOST,
    exempt: exempt.slice(0, MOST),
    moreExempt: exempt.length > MOST,
    groups: groups.slice(0, MOST),
    moreGroups: groups.length > MOST,
  };
}

async function enrollUntil(
  stores: ReadStores,
  user: User,
  policy: MfaPolicy,
  now: number,
): Promise<number | undefined> {
  return (await codeRequired(stores, user, policy, now)) ? undefined : enrollmentWindowEnd(user, policy);
}
