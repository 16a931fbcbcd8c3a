import type { AuditCode } from '../audit/audit-codes.js';
import { auditOf, type Happening } from '../audit/audit-of.js';
import type { Caller } from '../call.js';
import type { Clock } from '../ports.js';
import { Refusal } from '../refusal.js';
import { isOwn, type OwnPermission } from '../role/permissions.js';
import { refuseRecoverySession, requireFreshProof } from '../step-up/fresh-proof.js';
import type { Stores, UnitOfWork } from '../stores.js';
import type { User } from '../user/user.js';
import { userById } from '../user/user-by-id.js';
import { type Actor, actorIn, permissionsOf } from './actor.js';

export interface AdministrationNeeds {
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
}

/** What an administrative change works with, inside its unit. */
export interface Change {
  readonly stores: Stores;
  readonly caller: Caller;
  readonly actor: Actor;
  readonly now: number;
  /** The change's audit row: in the same unit, so that neither is there without the other. */
  readonly note: (code: AuditCode, about?: Omit<Happening, 'at' | 'code' | 'outcome'>) => Promise<void>;
}

/**
 * The one way every administrative change runs: fresh proof, then a unit that first touches the shared row (the rules of
 * administration span rows), reads the caller's standing again, and changes with its audit row.
 */
export function administer({ unitOfWork, clock }: AdministrationNeeds) {
  return async <T>(caller: Caller, permission: OwnPermission, change: (change: Change) => Promise<T>): Promise<T> => {
    requireProof(caller, clock());
    return unitOfWork(
      async (stores) => {
        const now = clock();
        await stores.invariants.touch('administration');
        const actor = await actorIn(stores, caller, permission, now);
        const note: Change['note'] = (code, about = {}) =>
          stores.audit.append(auditOf(caller, { ...about, at: now, code, outcome: 'success' }));
        return change({ stores, caller, actor, now, note });
      },
      { deadline: caller.deadline },
    );
  };
}

/** Before anything is looked up, hashed or made. */
export function requireProof(caller: Caller, now: number): void {
  refuseRecoverySession(caller.active);
  requireFreshProof(caller.active, now);
}

/** The user an administrator acts on: there, somebody else, and not above the caller in our permissions. */
export async function targetUser({ stores, actor }: Pick<Change, 'stores' | 'actor'>, userId: string): Promise<User> {
  const user = await userById(stores, userId);
  if (user.id === actor.id) throw new Refusal('NOT_ON_YOURSELF');
  await mustNotOutrank({ stores, actor }, user);
  return user;
}

/** Acting on a user who holds one of our permissions that the caller lacks is refused. */
export async function mustNotOutrank({ stores, actor }: Pick<Change, 'stores' | 'actor'>, user: User): Promise<void> {
  const held = await permissionsOf(stores, user);
  if ([...held].some((name) => isOwn(name) && !actor.permissions.has(name))) throw new Refusal('TARGET_OUTRANKS');
}
