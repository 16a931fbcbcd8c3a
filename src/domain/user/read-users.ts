import type { Caller } from '../call.js';
import type { Page } from '../page.js';
import type { Clock } from '../ports.js';
import { Refusal } from '../refusal.js';
import type { CommittedReads } from '../stores.js';
import { canonicalName } from './canonical-name.js';
import type { UserFilter } from './user-store.js';
import { type UserView, userView, userViews } from './user-view.js';

interface Needs {
  readonly reads: CommittedReads;
  readonly clock: Clock;
}

export type Which = { readonly id: string } | { readonly name: string };

/** A user, found by id or by any spelling of the name, with failures and waits. */
export function getUser({ reads, clock }: Needs) {
  return (caller: Caller, which: Which): Promise<UserView> =>
    reads(
      async (stores) => {
        const name = 'name' in which ? canonicalName(which.name)?.text : undefined;
        const user = 'id' in which ? await stores.users.byId(which.id) : name && (await stores.users.byName(name));
        if (!user) throw new Refusal('NOT_FOUND', { message: 'There is no such user.' });
        return userView(stores, user, clock());
      },
      { deadline: caller.deadline },
    );
}

export interface UserQuestion extends Omit<UserFilter, 'exempt'> {
  /** Only users who can now sign in without a second factor. */
  readonly exempt?: boolean;
}

/** Users by name. */
export function listUsers({ reads, clock }: Needs) {
  return (caller: Caller, { exempt, ...asked }: UserQuestion, page: Page<string>): Promise<readonly UserView[]> =>
    reads(
      async (stores) => {
        const now = clock();
        const people = exempt === true && !(await stores.policy.get()).on;
        const filter = exempt === true ? { ...asked, exempt: { now, people } } : asked;
        return userViews(stores, await stores.users.shown(filter, page, now));
      },
      { deadline: caller.deadline },
    );
}
