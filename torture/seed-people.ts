import { type Enrolled, needsOf, seedFactors, seedUsers } from '../bench/seed/seed.js';
import type { Row } from '../bench/seed/sink.js';
import { LOCAL } from '../src/domain/component/built-in-components.js';
import { formatToken } from '../src/domain/token.js';
import type { Fleet } from './fleet.js';

/** Somebody with a factor nobody has used, and sign-ins at its challenge. */
export interface Person extends Enrolled {
  /** Tokens of sign-ins, of the component `local`. */
  readonly signIns: readonly string[];
}

const ONE_HOUR = 60 * 60_000;

/** Puts so many people, each with so many sign-ins, into a fleet's database. Once a fleet: their names are numbered. */
export async function seedPeople(fleet: Fleet, count: number, signIns: number): Promise<Person[]> {
  const sink = await fleet.sink();
  try {
    const needs = await needsOf(sink, fleet.keyFile);
    const enrolled = await seedUsers(sink, needs, { users: count, enrolled: count });
    await seedFactors(sink, needs, enrolled);
    const people: Person[] = [];
    const rows: Row[] = [];
    for (const person of enrolled) {
      const made = Array.from({ length: signIns }, () => signInOf(needs, person));
      people.push({ ...person, signIns: made.map(({ token }) => token) });
      rows.push(...made.map(({ row }) => row));
    }
    await sink.insert('sign_ins', COLUMNS, rows);
    return people;
  } finally {
    await sink.close();
  }
}

const COLUMNS = [
  'id',
  'user_id',
  'digest',
  'key_id',
  'component_id',
  'stage',
  'security_version',
  'state',
  'created_at',
  'expires_at',
  'password_at',
  'by_one_time_password',
  'address',
  'description',
];

function signInOf({ random, hashes, now }: Awaited<ReturnType<typeof needsOf>>, { userId }: Enrolled) {
  const id = random.newId();
  const secret = random.newTokenSecret();
  const { digest, keyId } = hashes.hash('sign-in', { rowId: id, ownerId: userId }, secret);
  const bound = [id, userId, Buffer.from(digest), keyId, LOCAL];
  const row: Row = [...bound, 'challenge', 1, 'open', now, now + ONE_HOUR, now, 0, '127.0.0.1', ''];
  return { token: formatToken('sign-in', { id, secret }), row };
}
