import { type AdministrationNeeds, administer, mustNotOutrank, targetUser } from '../administration/index.js';
import { AUDIT } from '../audit/audit-codes.js';
import type { Caller } from '../call.js';
import type { Randomness, TokenHashes } from '../ports.js';
import { Refusal } from '../refusal.js';
import type { CommittedReads, Stores } from '../stores.js';
import { mintToken } from '../token.js';
import type { User } from '../user/user.js';
import { userById } from '../user/user-by-id.js';
import { endTime, warningDue } from './end-time.js';
import type { ServiceSecret } from './service-secret.js';

interface Needs extends AdministrationNeeds {
  readonly randomness: Randomness;
  readonly tokenHashes: TokenHashes;
}

export type NewSecret = Pick<ServiceSecret, 'userId' | 'componentIds' | 'networks'> & {
  readonly expiresAt: number | undefined;
};

export const MOST_SECRETS = 10;

/** Makes a secret, told this once. */
export function createServiceSecret(needs: Needs) {
  const change = administer(needs);
  return async (caller: Caller, asked: NewSecret): Promise<{ secret: ServiceSecret; token: string }> => {
    // What is wrong with the request itself is told before a fresh proof is asked for.
    endTime('expire_time', asked.expiresAt, needs.clock());
    return change(caller, 'service-accounts.write', async (work) => {
      const { stores, now, note } = work;
      const user = await targetUser(work, asked.userId);
      mustBeServiceAccount(user, now);
      await mustKnowComponents(stores, asked.componentIds);
      await mustHaveRoomForSecret(stores, user.id, now);
      const expiresAt = endTime('expire_time', asked.expiresAt, now, user.endsAt);
      const made = newSecret(needs, { ...asked, expiresAt }, now);
      await stores.serviceSecrets.insert(made.secret, warningDue(expiresAt, now));
      await note(AUDIT.SERVICE_SECRET_CREATED, { subject: user.id, objectId: made.secret.id });
      return made;
    });
  };
}

function newSecret(
  needs: Needs,
  { userId, componentIds, networks, expiresAt }: NewSecret & { expiresAt: number },
  createdAt: number,
) {
  const id = needs.randomness.newId();
  const { hash, text } = mintToken(needs, 'service-secret', { rowId: id, ownerId: userId });
  const times = { createdAt, expiresAt, revokedAt: undefined, lastUsedAt: undefined };
  return { secret: { id, userId, hash, componentIds, networks, ...times }, token: text };
}

function mustBeServiceAccount({ kind, endsAt }: User, now: number): void {
  if (kind !== 'service-account')
    throw new Refusal('NOT_FOUND', { message: 'This user is a person. Only service accounts have secrets.' });
  if ((endsAt ?? 0) <= now)
    throw new Refusal('NOT_FOUND', { message: 'This service account has ended. Make it one anew first.' });
}

async function mustKnowComponents(stores: Stores, ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries())
    if (!(await stores.components.byId(id)))
      throw new Refusal('NOT_FOUND', { message: `There is no component with the id in component_ids[${index}].` });
}

async function mustHaveRoomForSecret(stores: Stores, userId: string, now: number): Promise<void> {
  const alive = (await stores.serviceSecrets.of(userId)).filter(({ expiresAt }) => now < expiresAt);
  if (alive.length < MOST_SECRETS) return;
  throw new Refusal('LIMIT_REACHED', {
    message: `This account has ${MOST_SECRETS} secrets already. Revoke one first.`,
    metadata: { limit: 'service_secrets' },
  });
}

/** The secrets of a user that were not revoked, oldest first; a person has none. */
export function listServiceSecrets({ reads }: { readonly reads: CommittedReads }) {
  return (caller: Caller, userId: string): Promise<readonly ServiceSecret[]> =>
    reads(
      async (stores) => {
        const user = await userById(stores, userId);
        return stores.serviceSecrets.of(user.id);
      },
      { deadline: caller.deadline },
    );
}

/** Revokes a secret; its sessions are dead at once. */
export function revokeServiceSecret(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, secretId: string): Promise<void> =>
    change(caller, 'service-accounts.write', async (work) => {
      const { stores, now, note } = work;
      const secret = await stores.serviceSecrets.byId(secretId);
      if (!secret) throw noSecret();
      const user = await stores.users.byId(secret.userId);
      if (user) await mustNotOutrank(work, user);
      if (!(await stores.serviceSecrets.revoke(secretId, now))) throw noSecret();
      await stores.sessions.removeOfSecret(secret);
      await note(AUDIT.SERVICE_SECRET_REVOKED, { subject: secret.userId, objectId: secret.id });
    });
}

const noSecret = (): Refusal => new Refusal('NOT_FOUND', { message: 'There is no secret with this id.' });
