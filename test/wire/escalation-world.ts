import { codeAt } from '../../src/crypto/otp-codes.js';
import type { Here } from '../support/start-here.js';

const HOUR = 3_600_000;
// Far enough that nobody is warned of it meanwhile.
const YEAR = 365 * 24 * HOUR;

/** Somebody with a session of their own through `local`, just proved, and a device. */
export interface Subject {
  readonly userId: string;
  readonly username: string;
  readonly sessionId: string;
  readonly token: string;
  readonly factorId: string;
  readonly code: () => string;
}

interface Wish {
  readonly kind?: 'person' | 'service-account';
  readonly role?: string;
  readonly state?: 'active' | 'disabled';
}

/** Writes the rows of somebody, without an operation. */
export function subject(here: Here, { kind = 'person', role, state = 'active' }: Wish = {}): Subject {
  const userId = here.newId();
  const username = `somebody-${userId}`;
  const now = Date.now();
  const machine = kind === 'service-account';
  here.insert('users', {
    id: userId,
    name: Buffer.from(username),
    lock_key: here.tokenHashes.lockKey(username),
    kind,
    state,
    security_version: 1,
    created_at: now,
    ...(machine ? { exempt_until: now + YEAR } : { enrolled_at: now, first_enrolled_at: now }),
  });
  if (role !== undefined) here.insert('user_roles', { user_id: userId, role_id: role, assigned_at: now });
  const device = makeDevice(here, userId, now);
  const serviceSecretId = machine ? makeSecret(here, userId) : null;
  const proved = machine
    ? { service_secret_id: serviceSecretId }
    : {
        password_at: now,
        second_factor: 'totp',
        second_factor_at: now,
        factor_id: device.factorId,
        factor_enrolled_at: now,
      };
  return { userId, username, ...device, ...makeSession(here, userId, kind, now, proved) };
}

function makeDevice(here: Here, userId: string, now: number) {
  const factorId = here.newId();
  const secret = here.newOtpSecret();
  const { box, dataKeyId } = here.envelope.seal(secret, 'factors', { rowId: factorId, ownerId: userId });
  const shape = { algorithm: 'SHA1', digits: 6, period: 30, label: 'phone', last_step: -1 };
  const sealed = { box, data_key_id: dataKeyId, secret_digest: here.secretDigest(secret, userId) };
  here.insert('factors', {
    id: factorId,
    user_id: userId,
    kind: 'totp',
    ...shape,
    ...sealed,
    created_at: now,
    confirmed_at: now,
  });
  const code = (): string => codeAt(secret, { algorithm: 'SHA1', digits: 6 }, Math.floor(Date.now() / 30_000));
  return { factorId, code };
}

/** A secret of a service account; answers its id. */
export function makeSecret(here: Here, userId: string): string {
  const id = here.newId();
  const { digest, keyId } = here.tokenHashes.hash(
    'service-secret',
    { rowId: id, ownerId: userId },
    here.newTokenSecret(),
  );
  const limits = { component_ids: 'local', networks: '127.0.0.0/8', expires_at: Date.now() + YEAR };
  here.insert('service_secrets', { id, user_id: userId, digest, key_id: keyId, created_at: Date.now(), ...limits });
  return id;
}

function makeSession(
  here: Here,
  userId: string,
  kind: string,
  now: number,
  proved: Readonly<Record<string, string | number | null>>,
) {
  const sessionId = here.newId();
  const secret = here.newTokenSecret();
  const { digest, keyId } = here.tokenHashes.hash('session', { rowId: sessionId, ownerId: userId }, secret);
  here.insert('sessions', {
    id: sessionId,
    user_id: userId,
    component_id: 'local',
    kind,
    digest,
    key_id: keyId,
    security_version: 1,
    created_at: now,
    expires_at: now + HOUR,
    last_seen_at: now,
    proved_at: now,
    ...proved,
  });
  return { sessionId, token: `sst_${sessionId}_${secret}` };
}

const named = (here: Here, name: string) => ({ id: here.newId(), name, name_key: Buffer.from(name) });

/** Things to act on: each made new when it is asked for. */
export const things = (here: Here) => ({
  role: (permissions = 'console.read'): string => {
    const row = named(here, `role-${here.newId()}`);
    here.insert('roles', { ...row, permissions });
    // As every change of roles does, so that what a replica remembers of them is read again.
    here.run('UPDATE invariants SET version = version + 1');
    return row.id;
  },
  group: (): string => {
    const row = named(here, `group-${here.newId()}`);
    here.insert('external_groups', row);
    return row.id;
  },
  component: (): string => {
    const row = named(here, `component-${here.newId()}`);
    here.insert('components', { ...row, people: 'always' });
    return row.id;
  },
  componentKey: (componentId: string): string => {
    const id = here.newId();
    here.insert('component_keys', { id, component_id: componentId, digest: new Uint8Array(32), key_id: 'none' });
    return id;
  },
  secondDevice: (userId: string, suspended = false): string => {
    const { factorId } = makeDevice(here, userId, Date.now());
    here.run('UPDATE factors SET suspended = ? WHERE id = ?', suspended ? 1 : 0, factorId);
    return factorId;
  },
  /** An event about somebody that waits to be acknowledged. */
  event: (about: string): string => {
    const at = { at: Date.now(), code: 'TEST', outcome: 'success', actor: 'host' };
    here.insert('audit_events', { sequence: null, ...at, subject: about, acknowledgement_due: 1 });
    const [row] = here.all('SELECT MAX(sequence) AS sequence FROM audit_events') as { sequence: number }[];
    return String(row?.sequence);
  },
});
