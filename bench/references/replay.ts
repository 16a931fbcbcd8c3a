/** M: the statements that one right code sends, recorded from the product, on bare mysql2 connections. */
import { createPool, type PoolConnection } from 'mysql2/promise';
import type { Bound, Statement } from '../seed/recorded.js';
import type { Stake } from '../seed/stake.js';
import { answer, cpuMicros, question } from './answer.js';

interface Question {
  readonly socket: string;
  readonly database: string;
  readonly connections: number;
  readonly statements: readonly Statement[];
  readonly stakes: readonly Stake[];
  readonly warmUp: number;
  readonly measure: number;
}

const { socket, database, connections, statements, stakes, warmUp, measure } = await question<Question>();
const pool = createPool({ socketPath: socket, user: 'root', database, connectionLimit: connections });

let made = 0;
const freshId = (): string => `m${String(Date.now()).padStart(13, '0')}${String(made++).padStart(12, '0')}`;

const boundTo = (bound: Bound, stake: Stake): string | number | Buffer | null => {
  if (bound === null || typeof bound !== 'object') return bound;
  if ('hex' in bound) return Buffer.from(bound.hex, 'hex');
  if (bound.is === 'fresh') return freshId();
  if (bound.is === 'digest') return Buffer.from(stake.digest, 'hex');
  return bound.is === 'userIdBytes' ? Buffer.from(stake.userId) : stake[bound.is];
};

async function prove(connection: PoolConnection, stake: Stake): Promise<void> {
  await connection.query('START TRANSACTION');
  for (const { sql, values } of statements)
    await connection.execute(
      sql,
      values.map((bound) => boundTo(bound, stake)),
    );
  await connection.query('COMMIT');
}

let at = 0;
/** For so long, or until so many sign-ins are used up. */
async function run(milliseconds: number, until: number): Promise<{ codes: number; seconds: number }> {
  const from = performance.now();
  const first = at;
  const worker = async (): Promise<void> => {
    const connection = await pool.getConnection();
    while (performance.now() < from + milliseconds && at < until) {
      const stake = stakes[at++];
      if (stake) await prove(connection, stake);
    }
    connection.release();
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return { codes: at - first, seconds: (performance.now() - from) / 1000 };
}

await run(warmUp, stakes.length / 2);
const cpu = process.cpuUsage();
const { codes, seconds } = await run(measure, stakes.length);
answer({ value: codes / seconds, cpuMicros: cpuMicros(cpu) / codes });
await pool.end();
