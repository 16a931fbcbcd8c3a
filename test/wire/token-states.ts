import { codeAt } from '../../src/crypto/otp-codes.js';
import type { Here } from '../support/start-here.js';
import type { Case } from './token-cases.js';

export const PASSWORD = 'granite sparrow lantern';
const EARLIER_PASSWORD = 'copper meadow ribbon';
const HOUR = 3_600_000;

/** Somebody in the state that a case describes, standing before its door. */
export interface Somebody {
  readonly userId: string;
  readonly username: string;
  /** As the case says: right, wrong, or right once. */
  readonly password: string;
  /** The device in hand. */
  readonly factorId: string;
  /** Of counters that follow one another, ahead of the last one. */
  readonly twoCodes: readonly [string, string];
  readonly recoveryCode: string;
  /** A service account's. */
  readonly secret: string;
  /** A code of the device in hand, as the case says; taken at the moment of the call. */
  readonly code: () => string;
  readonly signInToken: string;
  readonly sessionToken: string;
}

type Stage = 'challenge' | 'password_change' | 'enrollment';

const STAGES: Partial<Record<Case['door'], Stage>> = {
  ConfirmEnrollment: 'enrollment',
  ChangePassword: 'password_change',
};

/** Writes the rows of a case, as they would stand if everything in it had happened. */
export async function bring(here: Here, each: Case): Promise<Somebody> {
  const userId = here.newId();
  const username = `user-${userId}`;
  const lockKey = here.tokenHashes.lockKey(username);
  const now = Date.now();
  const enrolled = each.factor !== 'none' && each.factor !== 'pending';
  here.insert('users', {
    id: userId,
    name: Buffer.from(username),
    lock_key: lockKey,
    kind: each.kind,
    state: each.state,
    security_version: each.version === 'raised' ? 2 : 1,
    created_at: now,
    enrolled_at: enrolled ? now : null,
    first_enrolled_at: enrolled ? now : null,
    exempt_until: each.kind === 'service-account' ? now + HOUR : null,
  });
  const due = each.door === 'ChangePassword';
  const hash = await here.slow(due ? 'one-time-password' : 'password', userId, PASSWORD);
  here.insert('passwords', { user_id: userId, kind: due ? 'one-time' : 'own', ...hash, created_at: now });
  makeWait(here, each, userId, lockKey, now);
  if (enrolled && ASKS_FOR_PAPER.includes(each.door)) await makeRecoveryCodes(here, each, userId, now);
  const device = makeDevices(here, each, userId, now);
  const signIn = makeSignIn(here, each, userId, device.factorId, now);
  if (each.factor === 'pending') makePending(here, userId, signIn.id, device, now);
  return {
    userId,
    username,
    password: { right: PASSWORD, wrong: 'never seen before', used: EARLIER_PASSWORD }[each.proof],
    factorId: gone(each) ? here.newId() : device.factorId,
    recoveryCode: `01-${PAPER[each.proof === 'wrong' ? 'other' : 'first']}`,
    twoCodes: twoCodesOf(each, device.secret),
    secret: makeSecret(here, each, userId, now),
    code: () => codeOf(each, device.secret),
    signInToken: signIn.token,
    sessionToken: makeSession(here, each, userId, device.factorId, now),
  };
}

const PAPER = { first: 'ABCD-EFGH-JKMN-PQRS', other: 'TVWX-YZ01-2345-6789' } as const;
const ASKS_FOR_PAPER: readonly Case['door'][] = ['UseRecoveryCode', 'SuspendFactor'];

// The first code of a set and one more; a used one is gone.
async function makeRecoveryCodes(here: Here, { proof, door }: Case, userId: string, now: number): Promise<void> {
  const used = proof === 'used' && door === 'UseRecoveryCode';
  for (const position of used ? [2] : [1, 2]) {
    const hash = await here.slow('recovery-code', userId, PAPER.first.replaceAll('-', ''));
    here.insert('recovery_codes', { id: here.newId(), user_id: userId, position, ...hash, created_at: now });
  }
}

const OF_A_DEVICE: readonly Case['door'][] = ['SuspendFactor', 'RemoveFactor'];
const gone = ({ door, proof }: Case): boolean => OF_A_DEVICE.includes(door) && proof === 'used';
const stale = ({ door, proof }: Case): boolean => OF_A_DEVICE.includes(door) && proof === 'wrong';

function makeSecret(here: Here, { proof, component }: Case, userId: string, now: number): string {
  const id = here.newId();
  const secret = here.newTokenSecret();
  const { digest, keyId } = here.tokenHashes.hash('service-secret', { rowId: id, ownerId: userId }, secret);
  const limits = { component_ids: component, networks: '127.0.0.0/8', expires_at: now + HOUR };
  const revoked = { revoked_at: proof === 'used' ? now : null };
  here.insert('service_secrets', {
    id,
    user_id: userId,
    digest,
    key_id: keyId,
    created_at: now,
    ...limits,
    ...revoked,
  });
  return `sps_${id}_${proof === 'wrong' ? here.newTokenSecret() : secret}`;
}

function makeWait(here: Here, { wait }: Case, userId: string, lockKey: Uint8Array, now: number): void {
  if (wait === 'none') return;
  const [kind = '', disabled] = wait.split('-');
  const subject = kind === 'password' ? lockKey : Buffer.from(userId);
  const failures = disabled ? 100 : 6;
  // A hundred failures bar the way for good, however long ago.
  const last = disabled ? now - 48 * HOUR : now;
  here.insert('waits', { subject, kind, bucket: 'elsewhere', failures, last_failure: last });
}

function makeDevices(here: Here, each: Case, userId: string, now: number) {
  const suspended = each.factor === 'suspended' || each.factor === 'all-suspended';
  const device = { factorId: here.newId(), secret: here.newOtpSecret() };
  if (each.factor === 'none' || each.factor === 'pending') return device;
  const kind = each.factor === 'hotp' ? 'hotp' : 'totp';
  // The last accepted counter, or time step: none yet, or one that is still to come.
  const spent = kind === 'hotp' ? 0 : Math.floor(now / 30_000) + 1000;
  const shape = { algorithm: 'SHA1', digits: 6, period: 30 };
  const put = (made: typeof device, more: { suspended: number; last_step: number }) => {
    const { box, dataKeyId } = here.envelope.seal(made.secret, 'factors', { rowId: made.factorId, ownerId: userId });
    const sealed = { box, data_key_id: dataKeyId, secret_digest: here.secretDigest(made.secret, userId) };
    const times = { created_at: now, confirmed_at: now };
    here.insert('factors', {
      id: made.factorId,
      user_id: userId,
      kind,
      label: 'phone',
      ...shape,
      ...sealed,
      ...times,
      ...more,
    });
  };
  put(device, { suspended: suspended ? 1 : 0, last_step: each.proof === 'used' ? spent : -1 });
  if (each.factor === 'suspended')
    put({ factorId: here.newId(), secret: here.newOtpSecret() }, { suspended: 0, last_step: -1 });
  return device;
}

function makePending(
  here: Here,
  userId: string,
  holderId: string,
  { factorId, secret }: { factorId: string; secret: Uint8Array },
  now: number,
): void {
  const { box, dataKeyId } = here.envelope.seal(secret, 'factors', { rowId: factorId, ownerId: userId });
  const shape = { algorithm: 'SHA1', digits: 6, period: 30 };
  const sealed = { box, data_key_id: dataKeyId, begins: 1, expires_at: now + HOUR };
  here.insert('pending_factors', {
    holder_id: holderId,
    user_id: userId,
    factor_id: factorId,
    label: 'phone',
    ...shape,
    ...sealed,
  });
}

const SHAPE = { algorithm: 'SHA1', digits: 6 } as const;
/** So many steps or counters each way the service may look at. */
const NEAR = 60;

// A step or counter away, so that it is one that the service looks at; or hours away.
function codeOf({ proof, factor }: Case, secret: Uint8Array): string {
  const step = factor === 'hotp' ? 0 : Math.floor(Date.now() / 30_000);
  if (proof !== 'wrong') return codeAt(secret, SHAPE, step);
  // Among thousands of cases a code of hours away is by chance one of now, too.
  const first = Math.max(0, step - NEAR);
  const near = new Set(Array.from({ length: 2 * NEAR }, (_, ahead) => codeAt(secret, SHAPE, first + ahead)));
  let away = step + 5000;
  while (near.has(codeAt(secret, SHAPE, away))) away += 1;
  return codeAt(secret, SHAPE, away);
}

function twoCodesOf({ proof }: Case, secret: Uint8Array): [string, string] {
  const counter = { right: 3, wrong: 5000, used: 0 }[proof];
  const code = (ahead: number): string => codeAt(secret, { algorithm: 'SHA1', digits: 6 }, counter + ahead);
  return [code(0), code(1)];
}

const secondFactor = ({ factor }: Case, factorId: string, now: number) =>
  factor === 'none' || factor === 'pending'
    ? {}
    : {
        second_factor: factor === 'hotp' ? 'hotp' : 'totp',
        second_factor_at: now,
        factor_id: factorId,
        factor_enrolled_at: now,
      };

function makeSignIn(here: Here, each: Case, userId: string, factorId: string, now: number) {
  const id = here.newId();
  const secret = here.newTokenSecret();
  const wanted = STAGES[each.door] ?? 'challenge';
  // Right once: the token that led to the present one; or, at the enrolment, somebody else was faster.
  const spent = each.proof === 'used' && each.door === 'ChangePassword';
  const taken = each.proof === 'used' && each.door === 'ConfirmEnrollment';
  const stage = each.proof === 'wrong' && each.door === 'ChangePassword' ? 'challenge' : wanted;
  const stored = spent ? here.newTokenSecret() : secret;
  const { digest, keyId } = here.tokenHashes.hash('sign-in', { rowId: id, ownerId: userId }, stored);
  here.insert('sign_ins', {
    id,
    user_id: userId,
    component_id: each.component,
    stage,
    digest,
    key_id: keyId,
    security_version: 1,
    state: taken ? 'taken' : 'open',
    created_at: now,
    expires_at: now + HOUR,
    password_at: now,
    by_one_time_password: each.door === 'ChangePassword' ? 1 : 0,
    ...(each.door === 'ChangePassword' ? secondFactor(each, factorId, now) : {}),
  });
  return { id, token: `ssi_${id}_${secret}` };
}

function makeSession(here: Here, each: Case, userId: string, factorId: string, now: number): string {
  const id = here.newId();
  const secret = here.newTokenSecret();
  const { digest, keyId } = here.tokenHashes.hash('session', { rowId: id, ownerId: userId }, secret);
  here.insert('sessions', {
    id,
    user_id: userId,
    component_id: each.component,
    kind: each.kind,
    digest,
    key_id: keyId,
    security_version: 1,
    created_at: now,
    expires_at: now + HOUR,
    last_seen_at: now,
    password_at: now,
    proved_at: stale(each) ? now - 11 * 60_000 : now,
    ...secondFactor(each, factorId, now),
  });
  return `sst_${id}_${secret}`;
}
