import { type AdministrationNeeds, administer, requireProof } from '../administration/index.js';
import { AUDIT } from '../audit/audit-codes.js';
import type { Caller } from '../call.js';
import { newOneTimePassword } from '../credential/new-one-time-password.js';
import { oneTimeEnd } from '../credential/one-time-password.js';
import type { HashQueue, Randomness, TokenHashes } from '../ports.js';
import { Refusal } from '../refusal.js';
import { mustHoldAll } from '../role/must-hold.js';
import type { Role } from '../role/role.js';
import type { RoleReads } from '../role/role-store.js';
import type { CanonicalName } from './canonical-name.js';
import type { User } from './user.js';
import { type UserView, userView } from './user-view.js';

interface Needs extends AdministrationNeeds {
  readonly randomness: Randomness;
  readonly tokenHashes: TokenHashes;
  readonly hashQueue: HashQueue;
}

export interface NewUser {
  readonly name: CanonicalName;
  readonly displayName: string;
  readonly email: string;
  readonly roleIds: readonly string[];
}

/** A user with a one-time password, which is told this once. */
export interface UserWithPassword {
  readonly view: UserView;
  readonly oneTimePassword: string;
  readonly expiresAt: number;
}

/** Creates a person with a one-time password. The caller holds every permission the roles give. */
export function createUser(needs: Needs) {
  const change = administer(needs);
  return async (caller: Caller, { name, displayName, email, roleIds }: NewUser): Promise<UserWithPassword> => {
    requireProof(caller, needs.clock());
    const id = needs.randomness.newId();
    const lockKey = needs.tokenHashes.lockKey(name.text);
    const { oneTimePassword, hash } = await newOneTimePassword(needs, id);
    return change(caller, 'users.write', async ({ stores, actor, now, note }) => {
      const roles = await grantable(stores.roles, actor.permissions, roleIds);
      const user = { ...blankUser(id, name.text, lockKey, now), displayName, email };
      if (!(await stores.users.insert(user)))
        throw new Refusal('NAME_TAKEN', { message: 'There is a user with this name.' });
      await stores.passwords.set({ userId: id, kind: 'one-time', hash, createdAt: now });
      for (const role of roles) await stores.users.assignRole(id, role.id, now);
      await note(AUDIT.USER_CREATED, { subject: id, changedFields: ['roles'] });
      return {
        view: await userView(stores, user, now),
        oneTimePassword,
        expiresAt: oneTimeEnd({ createdAt: now }, roles),
      };
    });
  };
}

/** An active person of whom nothing is known yet. */
export const blankUser = (id: string, name: string, lockKey: Uint8Array, now: number): User => ({
  id,
  name,
  lockKey,
  displayName: '',
  email: '',
  kind: 'person',
  state: 'active',
  securityVersion: 1,
  createdAt: now,
  lastSignInAt: undefined,
  lastSignInAddress: undefined,
  enrolledAt: undefined,
  firstEnrolledAt: undefined,
  ownerId: undefined,
  kindReason: undefined,
  endsAt: undefined,
});

// Nobody grants what he lacks.
async function grantable(
  roles: RoleReads,
  held: ReadonlySet<string>,
  ids: readonly string[],
): Promise<readonly Role[]> {
  const found: Role[] = [];
  for (const id of new Set(ids)) {
    const role = await roles.byId(id);
    if (!role)
      throw new Refusal('NOT_FOUND', { message: `There is no role with the id in role_ids[${ids.indexOf(id)}].` });
    await mustHoldAll(roles, held, role);
    found.push(role);
  }
  return found;
}
