import { type AdministrationNeeds, administer } from '../administration/index.js';
import { AUDIT } from '../audit/audit-codes.js';
import type { Caller } from '../call.js';
import type { Randomness } from '../ports.js';
import { Refusal } from '../refusal.js';
import type { Group } from './group.js';

interface Needs extends AdministrationNeeds {
  readonly randomness: Randomness;
}

/** Creates a group, while multi-factor authentication is off. The switch and this go through one shared row. */
export function createGroup(needs: Needs) {
  const change = administer(needs);
  return (caller: Caller, { name, description }: Pick<Group, 'name' | 'description'>): Promise<Group> =>
    change(caller, 'groups.write', async ({ stores, now, note }) => {
      if ((await stores.policy.get()).on) {
        throw new Refusal('MFA_ENABLED', {
          message: 'Groups cannot hold a second factor: none can be made while MFA is on.',
        });
      }
      const group = { id: needs.randomness.newId(), name, description, createdAt: now };
      if (!(await stores.groups.insert(group)))
        throw new Refusal('NAME_TAKEN', { message: 'There is a group with this name.' });
      await note(AUDIT.GROUP_CREATED, { subject: group.id });
      return group;
    });
}

/** Deletes a group. */
export function deleteGroup(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, id: string): Promise<void> =>
    change(caller, 'groups.write', async ({ stores, note }) => {
      if (!(await stores.groups.delete(id)))
        throw new Refusal('NOT_FOUND', { message: 'There is no group with this id.' });
      await note(AUDIT.GROUP_DELETED, { subject: id });
    });
}
