import { ableAdministrators, mustLeaveAdministrator } from '../administration/index.js';
import { AUDIT, type AuditCode } from '../audit/audit-codes.js';
import { auditOf } from '../audit/audit-of.js';
import type { ActiveSession, Caller } from '../call.js';
import type { Clock, Randomness, TokenHashes } from '../ports.js';
import { Refusal } from '../refusal.js';
import { liveSession } from '../session/live-session.js';
import type { OpenedSession } from '../session/open-session.js';
import { renewSession } from '../session/renew-session.js';
import { endSignInsOf } from '../sign-in/end-sign-ins.js';
import { requireFreshProof } from '../step-up/fresh-proof.js';
import type { Stores, UnitOfWork } from '../stores.js';
import type { Factor } from './factor.js';
import { factorOf, isLastUsable } from './last-factor.js';
import { type FactorView, viewOfFactor } from './list-factors.js';

interface Needs {
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly tokenHashes: TokenHashes;
}

/** What a change of one's own device works with, inside its unit. */
interface Own {
  readonly stores: Stores;
  readonly caller: Caller;
  readonly live: ActiveSession;
  readonly factor: Factor;
  readonly now: number;
}

/** Gives one of the caller's own devices another name. */
export function renameFactor(needs: Needs) {
  return (caller: Caller, factorId: string, label: string): Promise<FactorView> =>
    onOwnFactor(needs, caller, factorId, async (own) => {
      mustNotBeSuspended(own.factor);
      await own.stores.factors.rename(factorId, label);
      await note(own, AUDIT.FACTOR_RENAMED);
      return viewOfFactor(own.stores, { ...own.factor, label }, own.now);
    });
}

/** Suspends a lost device at once. The last usable one only while a recovery code opens the door in its place. */
export function suspendFactor(needs: Needs) {
  const goOn = goOnAlone(needs);
  return (caller: Caller, factorId: string): Promise<{ opened: OpenedSession; view: FactorView }> =>
    onOwnFactor(needs, caller, factorId, async (own) => {
      const { stores, factor, now } = own;
      const last = await isLastUsable(stores, factor, now);
      if (last && (await stores.recoveryCodes.left(factor.userId)) === 0) throw new Refusal('LAST_FACTOR');
      const before = await ableAdministrators(stores, now);
      await stores.factors.suspend(factor.id);
      await mustLeaveAdministrator(stores, before, now);
      const opened = await goOn(own);
      await note(own, AUDIT.FACTOR_SUSPENDED);
      return { opened, view: await viewOfFactor(stores, { ...factor, suspended: true }, now) };
    });
}

/** Removes one of the caller's own devices. The last usable one can only be replaced, MFA on or off. */
export function removeFactor(needs: Needs) {
  const goOn = goOnAlone(needs);
  return (caller: Caller, factorId: string): Promise<OpenedSession> =>
    onOwnFactor(needs, caller, factorId, async (own) => {
      if (await isLastUsable(own.stores, own.factor, own.now)) throw new Refusal('LAST_FACTOR');
      await own.stores.factors.remove(factorId);
      const opened = await goOn(own);
      await note(own, AUDIT.FACTOR_REMOVED);
      return opened;
    });
}

/**
 * The shared row first, as administrative changes do: an administrator's own device is one that keeps somebody able to sign
 * in. Then the session as this unit sees it, which locks the user's row, with a fresh proof.
 */
function onOwnFactor<T>(
  { unitOfWork, clock }: Needs,
  caller: Caller,
  factorId: string,
  change: (own: Own) => Promise<T>,
): Promise<T> {
  return unitOfWork(
    async (stores) => {
      const now = clock();
      await stores.invariants.touch('administration');
      const live = await liveSession(stores, caller, now);
      requireFreshProof(live, now);
      return change({ stores, caller, live, factor: await factorOf(stores, live.user.id, factorId), now });
    },
    { deadline: caller.deadline },
  );
}

/** Ends everything of the caller's but this session, which goes on under a new token. */
function goOnAlone(needs: Needs) {
  const renew = renewSession(needs);
  return async ({ stores, live: { session, user, policy }, now }: Own): Promise<OpenedSession> => {
    const securityVersion = await stores.users.raiseSecurityVersion(user.id);
    if (securityVersion === undefined) throw new Refusal('SESSION_REQUIRED');
    await stores.sessions.removeOf(user.id, session.id);
    await endSignInsOf(stores, user.id, now);
    return renew(stores.sessions, session, { securityVersion }, policy.sessionIdleTimeout);
  };
}

function mustNotBeSuspended({ suspended }: Factor): void {
  if (!suspended) return;
  const description = 'This device is suspended. It can only be removed, or resumed by an administrator.';
  throw new Refusal('FIELDS_INVALID', { fields: [{ field: 'factor_id', description }] });
}

const note = ({ stores, caller, factor, now }: Own, code: AuditCode): Promise<void> =>
  stores.audit.append(
    auditOf(caller, {
      at: now,
      code,
      outcome: 'success',
      subject: factor.userId,
      objectId: factor.id,
      factorKind: factor.kind,
    }),
  );
