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
        const ended =
          target.which === 'all' ? await endAll(stores, caller, clock()) : await endOne(stores, caller, target);
        const subject = caller.active.user.id;
        await stores.audit.append(
          auditOf(caller, { at: clock(), code: AUDIT.SESSION_ENDED, outcome: 'success', subject }),
        );
        return ended;
      },
      { deadline: caller.deadline },
    );
}

async function endOne(stores: Stores, caller: Caller, target: EndTarget): Promise<number> {
  const id = target.which === 'one' ? target.sessionId : caller.active.session.id;
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
