import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { Clock } from '../domain/ports.js';
import { isDuplicate, numberOf } from './database-error.js';

const CLAIMS = 'migration_claims';
const CLAIM_LIFE = 60_000;
const RENEWAL = 15_000;
const BETWEEN_TRIES = 100;
const PATIENCE = 5 * 60_000;
const DEADLOCK = 1213;

/** Another process is at it. */
class MigrationClaimed extends Error {
  override readonly name = 'MigrationClaimed';
  readonly exitCode = 6;
}

/** The schema is newer than the program; the message says what to do. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew';
  readonly exitCode = 6;
}

/**
 * Brings the schema up to date; answers how many steps that took. Replicas that start together migrate once: who inserts
 * the claim's one row does it, the others wait. A row, because `GET_LOCK` holds on one Galera node only; it expires, in
 * case its holder was killed, and is renewed while its holder works. `now` is the machine's clock.
 */
export async function migrate(source: DataSource, now: Clock): Promise<number> {
  if ((await pendingMigrations(source)) === 0) return 0;
  await source.query(
    `CREATE TABLE IF NOT EXISTS ${CLAIMS} (id INTEGER NOT NULL PRIMARY KEY, holder VARCHAR(40) NOT NULL, expires_at BIGINT NOT NULL)`,
  );
  const holder = randomUUID();
  await claim(source, holder, now);
  const renewal = keepRenewing(source, holder, now);
  try {
    // Looked at again: the one before may have been a newer program.
    if ((await pendingMigrations(source)) === 0) return 0;
    return (await source.runMigrations()).length;
  } finally {
    clearInterval(renewal);
    await source.query(`DELETE FROM ${CLAIMS} WHERE holder = ?`, [holder]);
  }
}

/** How many steps are still to run. Throws where the database knows steps that this program does not. */
export async function pendingMigrations(source: DataSource): Promise<number> {
  const known = source.migrations.map(({ name }) => name ?? '');
  const done = new Set(await executed(source));
  const unknown = [...done].filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new SchemaTooNew(
      `The database was made by a newer Sallyport (${unknown.join(', ')}). Start that version, or restore a backup made before.`,
    );
  return known.filter((name) => !done.has(name)).length;
}

async function executed(source: DataSource): Promise<string[]> {
  const runner = source.createQueryRunner();
  try {
    if (!(await runner.hasTable('migrations'))) return [];
    const rows: { name: string }[] = await runner.query('SELECT name FROM migrations ORDER BY id');
    return rows.map(({ name }) => name);
  } finally {
    await runner.release();
  }
}

async function claim(source: DataSource, holder: string, now: Clock): Promise<void> {
  for (const end = now() + PATIENCE; now() < end; await sleep(BETWEEN_TRIES)) {
    try {
      await source.query(`DELETE FROM ${CLAIMS} WHERE expires_at < ?`, [now()]);
      const row = [holder, now() + CLAIM_LIFE];
      await source.query(`INSERT INTO ${CLAIMS} (id, holder, expires_at) VALUES (1, ?, ?)`, row);
      return;
    } catch (error) {
      // Two at once on one server are a duplicate, on two Galera nodes they may be a deadlock.
      if (!isDuplicate(error) && numberOf(error) !== DEADLOCK) throw error;
    }
  }
  throw new MigrationClaimed(
    'Another process has been migrating this database for five minutes. See its log, then start again.',
  );
}

// On SQLite the file's lock keeps others out, and the one connection is busy with the migration itself.
function keepRenewing(source: DataSource, holder: string, now: Clock): NodeJS.Timeout | undefined {
  if (source.options.type === 'better-sqlite3') return undefined;
  return setInterval(() => {
    const renewed = source.query(`UPDATE ${CLAIMS} SET expires_at = ? WHERE holder = ?`, [now() + CLAIM_LIFE, holder]);
    renewed.catch(() => undefined);
  }, RENEWAL);
}
