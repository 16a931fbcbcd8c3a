/**
 * Fills an installation in bulk, by SQL: rows as the product writes them, hashed and sealed by the product's own functions
 * under the installation's own keys, so that every one of them is good at the door.
 */
import * as crypto from '../../src/crypto/index.js';
import { BACKUP_ADMINISTRATOR } from '../../src/domain/role/permissions.js';
import { formatToken } from '../../src/domain/token.js';
import type { Population } from './population.js';
import { seedAuditEvents } from './seed-audit-events.js';
import { PASSWORD, seedPasswords } from './seed-passwords.js';
import type { Person, Seeded, SeededSession } from './seeded.js';
import type { Row, Sink } from './sink.js';

const COMPONENT = 'console';
const ROLE = 'backup-operator';
/** The floor, as the product's defaults are. */
const HASHES = { memoryKib: 19_456, iterations: 2, parallelism: 1 };
const TWELVE_HOURS = 12 * 60 * 60_000;
const ADDRESS = '127.0.0.1';

type Keys = ReturnType<typeof crypto.readKeyFile>;
export interface Needs {
  readonly keys: Keys;
  readonly hashes: ReturnType<typeof crypto.createTokenHashes>;
  readonly random: ReturnType<typeof crypto.createRandomness>;
  readonly envelope: ReturnType<typeof crypto.createEnvelope>;
  readonly digest: ReturnType<typeof crypto.createSecretDigest>;
  readonly now: number;
}

/** Seeds a database whose schema the product has made and founded. */
export async function seed(sink: Sink, keyFile: string, population: Population): Promise<Seeded> {
  const needs = await needsOf(sink, keyFile);
  const onSqlite = sink.dialect === 'sqlite';
  // Nothing has to last before all of it is there.
  if (onSqlite) await sink.run('PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY');
  // Nobody's session may run out of patience while the benchmark runs.
  await sink.run(`UPDATE mfa_policy SET session_idle_timeout = ${TWELVE_HOURS}`);
  const people = await seedUsers(sink, needs, population);
  await seedFactors(sink, needs, people);
  const challenges = await seedSignIns(sink, needs, people);
  const sessions = await seedSessions(sink, needs, challenges, population);
  const known = challenges.slice(0, population.withPassword);
  await seedPasswords(sink, needs, known, HASHES);
  await seedAuditEvents(sink, population.auditEvents, needs.now);
  const componentKey = await seedComponentKey(sink, needs);
  const administrator = await seedAdministrator(sink, needs, sessions);
  // No ANALYZE on SQLite: no installation runs it, and with its samples a statement is planned anew for each value.
  await sink.run(onSqlite ? 'PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)' : 'ANALYZE TABLE users');
  return { people: challenges, sessions, componentKey, administrator, password: PASSWORD, withPassword: known.length };
}

/** What rows are made with, under the installation's own keys. */
export async function needsOf(sink: Sink, keyFile: string): Promise<Needs> {
  const keys = crypto.readKeyFile(keyFile);
  const rows = await sink.all<{ id: string; wrapping_key_id: string; wrapped: Buffer; created_at: number }>(
    'SELECT * FROM data_keys',
  );
  const dataKeys = rows.map((row) => ({
    id: row.id,
    wrappingKeyId: row.wrapping_key_id,
    wrapped: row.wrapped,
    createdAt: row.created_at,
  }));
  return {
    keys,
    hashes: crypto.createTokenHashes(keys),
    random: crypto.createRandomness(Date.now),
    envelope: crypto.createEnvelope(keys, dataKeys),
    digest: crypto.createSecretDigest(keys),
    now: Date.now(),
  };
}

export type Enrolled = Omit<Person, 'signInId' | 'signInToken' | 'digest'>;

export async function seedUsers(
  sink: Sink,
  needs: Needs,
  { users, enrolled }: Pick<Population, 'users' | 'enrolled'>,
): Promise<Enrolled[]> {
  const { random, hashes, now } = needs;
  const people: Enrolled[] = [];
  const every = Math.max(1, Math.floor(users / enrolled));
  function* rows(): Generator<Row> {
    for (let index = 0; index < users; index++) {
      const id = random.newId();
      const name = `user${String(index).padStart(9, '0')}`;
      const isEnrolled = index % every === 0 && people.length < enrolled;
      if (isEnrolled)
        people.push({ userId: id, name, factorId: random.newId(), secret: Buffer.from(random.newOtpSecret()) });
      const at = isEnrolled ? now : null;
      yield [
        id,
        Buffer.from(name),
        Buffer.from(hashes.lockKey(name)),
        `User ${index}`,
        `${name}@example.test`,
        now,
        at,
        at,
      ];
    }
  }
  const kept = 'kind, state, security_version, revision';
  const columns = ['id', 'name', 'lock_key', 'display_name', 'email', 'created_at', 'enrolled_at', 'first_enrolled_at'];
  await sink.insert('users', [...columns, ...kept.split(', ')], appended(rows(), ['person', 'active', 1, 0]));
  await sink.insert(
    'user_roles',
    ['user_id', 'role_id', 'assigned_at'],
    people.map(({ userId }) => [userId, ROLE, now]),
  );
  return people;
}

function* appended(rows: Iterable<Row>, more: Row): Generator<Row> {
  for (const row of rows) yield [...row, ...more];
}

export async function seedFactors(
  sink: Sink,
  { envelope, digest, now }: Needs,
  people: readonly Enrolled[],
): Promise<void> {
  function* rows(): Generator<Row> {
    for (const { userId, factorId, secret } of people) {
      const { box, dataKeyId } = envelope.seal(secret, 'factors', { rowId: factorId, ownerId: userId });
      yield [factorId, userId, Buffer.from(box), dataKeyId, Buffer.from(digest(secret, userId))];
    }
  }
  const columns = ['id', 'user_id', 'box', 'data_key_id', 'secret_digest'];
  const shape = [
    'kind',
    'label',
    'suspended',
    'algorithm',
    'digits',
    'period',
    'last_step',
    'created_at',
    'confirmed_at',
  ];
  const same = ['totp', 'phone', 0, 'SHA1', 6, 30, -1, now, now];
  await sink.insert('factors', [...columns, ...shape], appended(rows(), same));
}

async function seedSignIns(sink: Sink, needs: Needs, people: readonly Enrolled[]): Promise<Person[]> {
  const { random, hashes, now } = needs;
  const challenged: Person[] = [];
  function* rows(): Generator<Row> {
    for (const person of people) {
      const id = random.newId();
      const secret = random.newTokenSecret();
      const { digest, keyId } = hashes.hash('sign-in', { rowId: id, ownerId: person.userId }, secret);
      const hex = Buffer.from(digest).toString('hex');
      challenged.push({ ...person, signInId: id, digest: hex, signInToken: formatToken('sign-in', { id, secret }) });
      yield [id, person.userId, Buffer.from(digest), keyId];
    }
  }
  const same: Row = [COMPONENT, 'challenge', 1, 'open', now, now + TWELVE_HOURS, now, 0, ADDRESS, ''];
  const columns = ['component_id', 'stage', 'security_version', 'state', 'created_at', 'expires_at', 'password_at'];
  const all = ['id', 'user_id', 'digest', 'key_id', ...columns, 'by_one_time_password', 'address', 'description'];
  await sink.insert('sign_ins', all, appended(rows(), same));
  // From here they come back once they are spent.
  await sink.run('CREATE TABLE bench_sign_ins AS SELECT * FROM sign_ins');
  return challenged;
}

async function seedSessions(
  sink: Sink,
  needs: Needs,
  people: readonly Person[],
  { sessions: count, sessionOwners }: Population,
): Promise<SeededSession[]> {
  const { random, hashes, now } = needs;
  const sessions: SeededSession[] = [];
  function* rows(): Generator<Row> {
    for (let index = 0; index < count; index++) {
      const owner = people[index % Math.min(sessionOwners, people.length)];
      if (!owner) return;
      const id = random.newId();
      const secret = random.newTokenSecret();
      const { digest, keyId } = hashes.hash('session', { rowId: id, ownerId: owner.userId }, secret);
      sessions.push({ id, owner, token: formatToken('session', { id, secret }) });
      yield [id, owner.userId, Buffer.from(digest), keyId, owner.factorId];
    }
  }
  const columns = [
    'component_id',
    'kind',
    'security_version',
    'created_at',
    'expires_at',
    'last_seen_at',
    'password_at',
  ];
  const proofs = ['second_factor', 'second_factor_at', 'factor_enrolled_at', 'proved_at', 'by_recovery_code'];
  const same: Row = [COMPONENT, 'person', 1, now, now + TWELVE_HOURS, now, now, 'totp', now, now, now, 0, ADDRESS, ''];
  const all = ['id', 'user_id', 'digest', 'key_id', 'factor_id', ...columns, ...proofs, 'address', 'description'];
  await sink.insert('sessions', all, appended(rows(), same));
  return sessions;
}

async function seedComponentKey(sink: Sink, { random, hashes, now }: Needs): Promise<string> {
  const id = random.newId();
  const secret = random.newTokenSecret();
  const { digest, keyId } = hashes.hash('component-key', { rowId: id, ownerId: COMPONENT }, secret);
  const columns = ['id', 'component_id', 'digest', 'key_id', 'created_at'];
  await sink.insert('component_keys', columns, [[id, COMPONENT, Buffer.from(digest), keyId, now]]);
  return formatToken('component-key', { id, secret });
}

// The last session's owner, so that the first ones stay what they are.
async function seedAdministrator(sink: Sink, { now }: Needs, sessions: readonly SeededSession[]): Promise<string> {
  const last = sessions.at(-1);
  if (!last) return '';
  await sink.insert(
    'user_roles',
    ['user_id', 'role_id', 'assigned_at'],
    [[last.owner.userId, BACKUP_ADMINISTRATOR, now]],
  );
  // As everywhere that has been used for a day.
  await sink.run('UPDATE installation SET administrator_arrived = 1');
  return last.token;
}
