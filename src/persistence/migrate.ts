import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { isDuplicate } from './database-error.js';

const CLAIMS = 'migration_claims';
const CLAIM_LIFE = 60_000;
const ATTEMPTS = 600;

/** The schema is newer than the program; the message says what to do. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew';
}

/**
 * Brings the schema up to date. Replicas that start together migrate once: who inserts the claim's one row does it, the
 * others wait. A row, because `GET_LOCK` holds on one Galera node only; it ends, in case its holder was killed.
 */
export async function migrate(source: DataSource): Promise<number> {
  await refuseNewer(source);
  if (!(await source.showMigrations())) return 0;
  await source.query(
    `CREATE TABLE IF NOT EXISTS ${CLAIMS} (id INTEGER NOT NULL PRIMARY KEY, holder VARCHAR(40) NOT NULL, expires_at BIGINT NOT NULL)`,
  );
  const holder = randomUUID();
  await claim(source, holder);
  try {
    return (await source.runMigrations()).length;
  } finally {
    await source.query(`DELETE FROM ${CLAIMS} WHERE holder = ?`, [holder]);
  }
}

/** How many migrations are still to run. */
export async function pendingMigrations(source: DataSource): Promise<number> {
  const done = new Set(await executed(source));
  return source.migrations.filter(({ name }) => !done.has(name ?? '')).length;
}

async function refuseNewer(source: DataSource): Promise<void> {
  const known = new Set(source.migrations.map(({ name }) => name ?? ''));
  const unknown = (await executed(source)).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new SchemaTooNew(
    `The database was made by a newer Sallyport (${unknown.join(', ')}). Start that version, or restore a backup made before.`,
  );
}

async function executed(source: DataSource): Promise<string[]> {
  try {
    const rows: { name: string }[] = await source.query('SELECT name FROM migrations ORDER BY id');
    return rows.map(({ name }) => name);
  } catch {
    // No table yet: an empty database.
    return [];
  }
}

async function claim(source: DataSource, holder: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const now = Date.now();
    await source.query(`DELETE FROM ${CLAIMS} WHERE expires_at < ?`, [now]);
    try {
      await source.query(`INSERT INTO ${CLAIMS} (id, holder, expires_at) VALUES (1, ?, ?)`, [holder, now + CLAIM_LIFE]);
      return;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
    await sleep(100);
  }
  throw new Error('Another process has been migrating this database for a minute. See its log, then start again.');
}
