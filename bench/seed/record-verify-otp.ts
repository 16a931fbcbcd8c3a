/** Records what the product asks its database for one right code: the same functions, on a connection that writes down. */
import * as crypto from '../../src/crypto/index.js';
import type { Call } from '../../src/domain/call.js';
import * as domain from '../../src/domain/index.js';
import type { Stores } from '../../src/domain/stores.js';
import type { Database, SqlValue } from '../../src/persistence/database.js';
import { createStores } from '../../src/persistence/stores/index.js';
import { totpAt } from '../totp.js';
import type { Executor } from './executor.js';
import type { Bound, Statement } from './recorded.js';
import type { Person } from './seeded.js';

/** Spends the person's sign-in and answers the statements, with what is the person's own marked as such. */
export async function recordVerifyOtp(on: Executor, keyFile: string, person: Person): Promise<Statement[]> {
  const statements: Statement[] = [];
  const fresh = new Set<string>();
  const note: Executor['execute'] = async (sql, values) => {
    const result = await on.execute(sql, values);
    const bound = values.map((value) => boundOf(value, person, fresh));
    statements.push({ sql, values: bound, changed: result.changed });
    return result;
  };
  const stores = createStores(writingDown(on.dialect, note), () => undefined);
  const dataKeys = await stores.installation.dataKeys();
  const component = await stores.components.byId('console');
  if (!component) throw new Error('there is no component console');
  statements.length = 0;
  const random = crypto.createRandomness(Date.now);
  const newId = (): string => {
    const id = random.newId();
    fresh.add(id);
    return id;
  };
  const keys = crypto.readKeyFile(keyFile);
  const verifyOtp = domain.verifyOtp({
    unitOfWork: async <T>(work: (given: Stores) => Promise<T>) => {
      await on.transaction('begin');
      const answer = await work(stores);
      await on.transaction('commit');
      return answer;
    },
    clock: Date.now,
    clockTrusted: () => true,
    randomness: { ...random, newId },
    tokenHashes: crypto.createTokenHashes(keys),
    envelope: crypto.createEnvelope(keys, dataKeys),
    otpCodes: crypto.otpCodes,
    unlooked: domain.createUnlooked(),
  });
  const rpc = '/sallyport.auth.v1.AuthService/VerifyOtp';
  const here = '127.0.0.1';
  const call: Call = {
    requestId: newId(),
    rpc,
    component,
    address: here,
    peer: here,
    description: '',
    deadline: undefined,
  };
  const typed = { signInToken: person.signInToken, code: totpAt(person.secret, Date.now()), factorId: undefined };
  const verdict = await verifyOtp(call, typed);
  if (!verdict.proved) throw new Error('a right code proved nothing');
  return statements;
}

function writingDown(dialect: Database['dialect'], execute: Executor['execute']): Database {
  const rows = async <R>(sql: string, values: readonly SqlValue[] = []): Promise<R[]> =>
    ((await execute(sql, values)).rows ?? []) as R[];
  return {
    dialect,
    all: rows,
    tuples: () => Promise.reject(new Error('what is hot makes no lists')),
    byKey: (sql, key) => rows(sql, [key]),
    get: async <R>(sql: string, values?: readonly SqlValue[]) => (await rows<R>(sql, values))[0],
    run: async (sql, values = []) => {
      const { changed, insertId } = await execute(sql, values);
      return { affected: changed, insertId };
    },
    get manager(): never {
      throw new Error('what is hot does without TypeORM');
    },
    afterCommit: () => undefined,
  };
}

function boundOf(value: SqlValue, person: Person, fresh: ReadonlySet<string>): Bound {
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value).toString('hex');
    if (hex === Buffer.from(person.userId).toString('hex')) return { is: 'userIdBytes' };
    return hex === person.digest ? { is: 'digest' } : { hex };
  }
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string') return value;
  for (const own of ['userId', 'factorId', 'signInId'] as const) if (value === person[own]) return { is: own };
  return fresh.has(value) ? { is: 'fresh' } : value;
}
