import { AUDIT } from '../audit/audit-codes.js';
import { withoutCall } from '../audit/audit-of.js';
import { newOneTimePassword } from '../credential/new-one-time-password.js';
import { oneTimeEnd } from '../credential/one-time-password.js';
import type { Clock, HashQueue, Randomness, SlowHash, TokenHashes } from '../ports.js';
import { BACKUP_ADMINISTRATOR } from '../role/permissions.js';
import type { CommittedReads, ReadStores, Stores, UnitOfWork } from '../stores.js';
import type { CanonicalName } from './canonical-name.js';
import { blankUser } from './create-user.js';
import type { User } from './user.js';

interface Needs {
  readonly unitOfWork: UnitOfWork;
  readonly reads: CommittedReads;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly tokenHashes: TokenHashes;
  readonly hashQueue: HashQueue;
}

export interface FirstAdministrator {
  readonly name: string;
  readonly oneTimePassword: string;
}

/** Makes the first administrator, once over all replicas; undefined when there is one or any user already. */
export function createFirstAdministrator(needs: Needs) {
  return async (name: CanonicalName): Promise<FirstAdministrator | undefined> => {
    const id = needs.randomness.newId();
    const { oneTimePassword, hash } = await newOneTimePassword(needs, id);
    const made = await needs.unitOfWork(async (stores) => {
      await stores.invariants.touch('administration');
      if (await stores.users.anyExists()) return false;
      if (!(await stores.installation.nameFirstAdministrator(id))) return false;
      await insertAdministrator(stores, id, name.text, needs.tokenHashes.lockKey(name.text), hash, needs.clock());
      return true;
    });
    return made ? { name: name.text, oneTimePassword } : undefined;
  };
}

/** While no administrator has ever arrived, an expired first one-time password is replaced at a start, by one replica. */
export function renewFirstAdministrator(needs: Needs) {
  return async (): Promise<FirstAdministrator | undefined> => {
    const due = await needs.reads((stores) => expiredFirst(stores, needs.clock()));
    if (!due) return undefined;
    const { oneTimePassword, hash } = await newOneTimePassword(needs, due.id);
    const renewed = await needs.unitOfWork(async (stores) => {
      const now = needs.clock();
      await stores.invariants.touch('administration');
      // Another replica may have been faster, and its password may have been changed already.
      if ((await expiredFirst(stores, now)) === undefined) return false;
      await renewPassword(stores, due.id, hash, now);
      return true;
    });
    return renewed ? { name: due.name, oneTimePassword } : undefined;
  };
}

async function renewPassword(stores: Stores, userId: string, hash: SlowHash, now: number): Promise<void> {
  await stores.passwords.set({ userId, kind: 'one-time', hash, createdAt: now });
  await stores.users.raiseSecurityVersion(userId);
  const happening = { at: now, code: AUDIT.PASSWORD_RESET, outcome: 'success', subject: userId } as const;
  await stores.audit.append(withoutCall(happening, 'host'));
}

async function expiredFirst(stores: ReadStores, now: number): Promise<User | undefined> {
  const installation = await stores.installation.get();
  const id = installation?.firstAdministratorId;
  if (!installation || installation.administratorArrived || id === undefined) return undefined;
  const user = await stores.users.byId(id);
  const password = await stores.passwords.of(id);
  if (!user || password?.kind !== 'one-time') return undefined;
  return now < oneTimeEnd(password, await stores.roles.ofUser(id)) ? undefined : user;
}

async function insertAdministrator(
  stores: Stores,
  id: string,
  name: string,
  lockKey: Uint8Array,
  hash: SlowHash,
  now: number,
) {
  await stores.users.insert({ ...blankUser(id, name, lockKey, now), displayName: 'First administrator' });
  await stores.passwords.set({ userId: id, kind: 'one-time', hash, createdAt: now });
  await stores.users.assignRole(id, BACKUP_ADMINISTRATOR, now);
  const happening = { at: now, code: AUDIT.FIRST_ADMINISTRATOR_CREATED, outcome: 'success', subject: id } as const;
  await stores.audit.append(withoutCall(happening, 'host'));
}
