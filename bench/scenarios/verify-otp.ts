import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Installation } from '../lab.js';
import { burst } from '../load/burst.js';
import { openPool, type Pool } from '../load/pool.js';
import { verifyOtp } from '../load/workloads.js';
import { runReference } from '../processes/ask.js';
import { databaseFileOf, keyFileOf, startSallyport } from '../processes/sallyport.js';
import type { Scenario } from '../scenario.js';
import { type Executor, mysqlExecutor, sqliteExecutor } from '../seed/executor.js';
import { recordVerifyOtp } from '../seed/record-verify-otp.js';
import type { Statement } from '../seed/recorded.js';
import { refill } from '../seed/refill.js';
import { sqliteSink } from '../seed/sink.js';
import { capacity, OUTSTANDING } from './capacity.js';

const POOL = 16;

export const verifyOtpSqlite: Scenario = {
  name: 'verify-otp-sqlite',
  title: 'VerifyOtp, SQLite, right codes, durable before the answer',
  unit: 'codes/s',
  reference: 'G: the same rows, each written once, on bare better-sqlite3, FULL, 32 codes a commit',
  target: { bound: 'at least', ratio: 0.35, stretch: 0.45, gate: 0.08 },
  limit:
    'The thread that runs the statements answers the calls too: if the rules, the code and the tokens cost nothing, it would come to 1 ÷ (1 + G ÷ E) of G, with the E of ValidateSession. What it takes beside: a savepoint of its own for each code, and the reads that decide (sign-in, user, factor, wait, policy, component, number of sessions, notice), none of which G has.',
  open: async (lab) => {
    const installation = await lab.usual();
    const { home, seeded } = installation;
    const statements = await recorded(sqliteExecutor(databaseFileOf(home)), installation);
    await refill(installation);
    const copy = lab.copyOf(installation, 'group-commit');
    const onCopy = { ...installation, sink: async () => sqliteSink(copy) };
    const server = await startSallyport(home);
    const pool = await openPool(server.port);
    const walBytes = await walBytesPerCall(installation, pool);
    return {
      subject: async () => {
        await refill(installation);
        return capacity(pool, verifyOtp(seeded), [server.pid], lab.options);
      },
      reference: async () => {
        await refill(onCopy);
        const { warmUp, measure } = lab.options;
        return runReference('group-commit', { path: copy, stakes: seeded.people.map(stakeOf), warmUp, measure });
      },
      facts: { users: seeded.people.length, walBytesPerCall: walBytes, ...countsOf(statements) },
      close: async () => {
        pool.close();
        await server.stop();
      },
    };
  },
};

export const verifyOtpMariadb: Scenario = {
  name: 'verify-otp-mariadb',
  title: 'VerifyOtp, MariaDB, right codes, durable before the answer',
  unit: 'codes/s',
  reference: `M: the same statements by mysql2 execute on ${POOL} connections`,
  target: { bound: 'at least', ratio: 0.5 },
  limit:
    'The statements are those of M. The call, the rules between two statements, the code and the tokens come beside them, on the ' +
    'same cores on which the database works.',
  open: async (lab) => {
    const installation = await lab.mariadb();
    const { home, seeded, socket, databaseName: database } = installation;
    const statements = await recorded(await mysqlExecutor(socket, database), installation);
    const server = await startSallyport(home);
    const pool = await openPool(server.port);
    return {
      subject: async () => {
        await refill(installation);
        return capacity(pool, verifyOtp(seeded), [server.pid], lab.options);
      },
      reference: async () => {
        await refill(installation);
        const { warmUp, measure } = lab.options;
        const stakes = seeded.people.map(stakeOf);
        return runReference('replay', { socket, database, connections: POOL, statements, stakes, warmUp, measure });
      },
      facts: { users: seeded.people.length, ...countsOf(statements) },
      close: async () => {
        pool.close();
        await server.stop();
      },
    };
  },
};

const stakeOf = ({ userId, factorId, signInId, digest }: Installation['seeded']['people'][number]) => ({
  userId,
  factorId,
  signInId,
  digest,
});

async function recorded(on: Executor, { home, seeded }: Installation): Promise<Statement[]> {
  const last = seeded.people.at(-1);
  if (!last) throw new Error('there is nobody');
  try {
    return await recordVerifyOtp(on, keyFileOf(home), last);
  } finally {
    await on.close();
  }
}

const countsOf = (statements: readonly Statement[]) => ({
  statementsPerCall: statements.length,
  rowsWrittenPerCall: statements.reduce((sum, { changed }) => sum + changed, 0),
});

// While somebody reads an old state the log cannot begin anew, so that its length tells what was written.
async function walBytesPerCall({ home, seeded }: Installation, { connections }: Pool): Promise<number> {
  const path = databaseFileOf(home);
  const reader = new Database(path, { readonly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT id FROM users LIMIT 1').get();
  const length = (): number => statSync(`${path}-wal`).size;
  const before = length();
  const calls = 16 * OUTSTANDING;
  await burst(connections, verifyOtp(seeded), { calls, outstanding: OUTSTANDING });
  const bytes = length() - before;
  reader.exec('COMMIT');
  reader.close();
  return Math.round(bytes / calls);
}
