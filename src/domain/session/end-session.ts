import { AUDIT } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { Caller } from '../call.js';
import type { Clock } from '../ports.js';
import { Refusal } from '../refusal.js';
import { endSignInsOf } from '../sign-in/end-sign-ins.js';
import type { Stores, UnitOfWork } from '../stores.js';

export type EndTarget =
  | { readonly which: 'this' }
  | { readonly which: 'all' }
  | { readonly which: 'one'; readonly sessionId: string };

interface Needs {
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
}

/** Ends the caller's own session, another one of the caller's, or all with every sign-in under way. Returns how many. */
export function endSession({ unitOfWork, clock }: Needs) {
  return (caller: Caller, target: EndTarget): Promise<number> =>
    unitOfWork(
      async (stores) => {
        await mustStand(stores, caller);
        const objectId = endedBy(caller, target);
        const ended =
          objectId === undefined ? await endAll(stores, caller, clock()) : await endOne(stores, caller, objectId);
        const subject = caller.active.user.id;
        await stores.audit.append(
          auditOf(caller, { at: clock(), code: AUDIT.SESSION_ENDED, outcome: 'success', subject, objectId }),
        );
        return ended;
      },
      { deadline: caller.deadline },
    );
}

// Whoever holds a token that was replaced meanwhile ends nothing of what goes on under the new one.
async function mustStand({ sessions }: Stores, { active: { session } }: Caller): Promise<void> {
  if (!(await sessions.goesBy(session.id, session.token))) throw new Refusal('SESSION_REQUIRED');
}

/** The one session that ends; undefined where all do. */
function endedBy({ active }: Caller, target: EndTarget): string | undefined {
  if (target.which === 'all') return undefined;
  return target.which === 'one' ? target.sessionId : active.session.id;
}

async function endOne(stores: Stores, caller: Caller, id: string): Promise<number> {
  const session = await stores.sessions.byId(id);
  if (session?.userId !== caller.active.user.id || !(await stores.sessions.remove(id))) throw new Refusal('NOT_FOUND');
  return 1;
}

async function endAll(stores: Stores, caller: Caller, now: number): Promise<number> {
  const { id } = caller.active.user;
  if ((await stores.users.raiseSecurityVersion(id)) === undefined) throw new Refusal('SESSION_REQUIRED');
  await endSignInsOf(stores, id, now);
  return stores.sessions.removeOf(id);
}
