import type { Installation } from '../lab.js';

/** Puts back the sign-ins that were spent, and forgets which steps were: the same codes are good once more. */
export async function refill({ sink: open }: Installation): Promise<void> {
  const sink = await open();
  const unlessThere = sink.dialect === 'sqlite' ? 'INSERT OR IGNORE' : 'INSERT IGNORE';
  await sink.run(`${unlessThere} INTO sign_ins SELECT * FROM bench_sign_ins`);
  await sink.run('UPDATE factors SET last_step = -1 WHERE last_step <> -1');
  if (sink.dialect === 'sqlite') await sink.run('PRAGMA wal_checkpoint(TRUNCATE)');
  await sink.close();
}
