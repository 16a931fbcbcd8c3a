import { AUDIT, type AuditCode } from '../audit/audit-codes.js';
import { withoutCall } from '../audit/audit-of.js';
import { newOneTimePassword } from '../credential/new-one-time-password.js';
import { keepEnrollmentCode, makeEnrollmentCode } from '../enrollment/make-enrollment-code.js';
import { clearCodeWaits, endWaits } from '../lockout/end-waits.js';
import { standing } from '../lockout/lockout.js';
import type { WaitKind } from '../lockout/wait-row.js';
import type { Clock, HashQueue, Randomness } from '../ports.js';
import { Refusal } from '../refusal.js';
import type { CommittedReads, ReadStores, Stores, UnitOfWork } from '../stores.js';
import type { CanonicalName } from './canonical-name.js';
import { giveOneTimePassword, removeFactors } from './clear-credentials.js';
import { mustBePerson } from './must-be-person.js';
import type { User } from './user.js';

/** Who can read data and keys can do worse than recover; a trail that leaves the host and short lives are what is left to do. */
export const RECOVERY_LIFETIME = 15 * 60_000;

interface Needs {
  readonly unitOfWork: UnitOfWork;
  readonly reads: CommittedReads;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly hashQueue: HashQueue;
}

/** Who sits at the host, as the operating system says it. */
export interface HostCall {
  /** `root@backup1`, at most 64 characters. */
  readonly operator: string;
  /** `sallyport recover`. */
  readonly command: string;
}

export interface Recovered {
  readonly userId: string;
  readonly name: string;
  readonly oneTimePassword: string;
  /** Undefined where the factors were kept. */
  readonly enrollmentCode: string | undefined;
  readonly expiresAt: number;
}

/**
 * Lets a person in again from the host alone: a one-time password and, unless the factors are kept, an enrolment code, both
 * for minutes. Enables the person, ends what is open and every wait. Another administrator has to acknowledge it.
 */
export function recoverOnHost(needs: Needs) {
  return async (host: HostCall, name: CanonicalName, keepFactors: boolean): Promise<Recovered> => {
    const { id: userId } = await needs.reads((stores) => personNamed(stores, name));
    const { oneTimePassword, hash } = await newOneTimePassword(needs, userId);
    const code = keepFactors ? undefined : await makeEnrollmentCode(needs, userId);
    return needs.unitOfWork(async (stores) => {
      const now = needs.clock();
      await stores.invariants.touch('administration');
      const user = await personNamed(stores, name);
      // Deleted and made anew while its secrets were hashed: they would be bound to nobody.
      if (user.id !== userId) throw new Refusal('CONFLICT');
      const expiresAt = now + RECOVERY_LIFETIME;
      const changedFields = (await stores.users.setState(userId, 'active')) ? ['state', 'password'] : ['password'];
      await giveOneTimePassword(stores, user, hash, now, expiresAt);
      await clearCodeWaits(stores, userId);
      if (code) {
        await removeFactors(stores, user, now);
        await keepEnrollmentCode(stores, userId, code, now, RECOVERY_LIFETIME);
        changedFields.push('factors');
      }
      await noteDue(stores, host, AUDIT.RECOVERED_ON_HOST, { at: now, subject: userId, changedFields });
      return { userId, name: user.name, oneTimePassword, enrollmentCode: code?.text, expiresAt };
    });
  };
}

/** Ends a user's waits from the host; answers which proofs stay disabled, for only a recovery or a reset ends those. */
export function unlockOnHost(needs: Pick<Needs, 'unitOfWork' | 'clock'>) {
  return (host: HostCall, name: CanonicalName): Promise<{ name: string; disabled: readonly WaitKind[] }> =>
    needs.unitOfWork(async (stores) => {
      const now = needs.clock();
      const user = await userNamed(stores, name);
      await endWaits(stores, user);
      await noteDue(stores, host, AUDIT.UNLOCKED_ON_HOST, { at: now, subject: user.id, changedFields: [] });
      const rows = [...(await stores.waits.ofUser(user, now))];
      const disabled = rows.filter(([kind, row]) => standing(kind, row, now).state === 'disabled');
      return { name: user.name, disabled: disabled.map(([kind]) => kind) };
    });
}

async function userNamed({ users }: Pick<ReadStores, 'users'>, { text }: CanonicalName): Promise<User> {
  const user = await users.byName(text);
  if (!user) throw new Refusal('NOT_FOUND', { message: `There is no user named ${text}.` });
  return user;
}

async function personNamed(stores: Pick<ReadStores, 'users'>, name: CanonicalName): Promise<User> {
  const user = await userNamed(stores, name);
  mustBePerson(user);
  return user;
}

interface Noted {
  readonly at: number;
  readonly subject: string;
  readonly changedFields: readonly string[];
}

async function noteDue(stores: Stores, { operator, command }: HostCall, code: AuditCode, noted: Noted): Promise<void> {
  const event = withoutCall({ ...noted, code, outcome: 'success' }, 'host');
  await stores.audit.append({ ...event, address: operator, rpc: command, acknowledgementDue: true });
}
