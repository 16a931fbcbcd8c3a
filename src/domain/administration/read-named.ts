import type { Caller } from '../call.js';
import type { Component, ComponentKey } from '../component/component.js';
import type { Group } from '../group/group.js';
import type { Page } from '../page.js';
import type { MfaPolicy } from '../policy/mfa-policy.js';
import type { Role } from '../role/role.js';
import type { CommittedReads, ReadStores } from '../stores.js';
import { findNamed, type WhichNamed } from './find-named.js';

interface Needs {
  readonly reads: CommittedReads;
}

/** Everyday looks at what administrators manage; committed state, no proof asked. */
export function adminReads({ reads }: Needs) {
  const look = <T>(caller: Caller, ask: (stores: ReadStores) => Promise<T>): Promise<T> =>
    reads(ask, { deadline: caller.deadline });
  return {
    getRole: (caller: Caller, which: WhichNamed): Promise<Role> => look(caller, ({ roles }) => findNamed(roles, which)),
    listRoles: (caller: Caller, page: Page<string>): Promise<readonly Role[]> =>
      look(caller, ({ roles }) => roles.list(page)),
    getGroup: (caller: Caller, which: WhichNamed): Promise<Group> =>
      look(caller, ({ groups }) => findNamed(groups, which)),
    listGroups: (caller: Caller, page: Page<string>): Promise<readonly Group[]> =>
      look(caller, ({ groups }) => groups.list(page)),
    getComponent: (caller: Caller, which: WhichNamed): Promise<Component> =>
      look(caller, ({ components }) => findNamed(components, which)),
    listComponents: (caller: Caller, page: Page<string>): Promise<readonly Component[]> =>
      look(caller, ({ components }) => components.list(page)),
    listComponentKeys: (caller: Caller, id: string): Promise<readonly ComponentKey[]> =>
      look(caller, async ({ components }) => {
        await findNamed(components, { id });
        return components.keysOf(id);
      }),
    getMfaPolicy: (caller: Caller): Promise<MfaPolicy> => look(caller, ({ policy }) => policy.get()),
  };
}
