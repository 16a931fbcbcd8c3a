import type { QueryRunner } from 'typeorm';
import type { Clock } from '../../domain/ports.js';
import type { DatabaseAddress } from '../database-url.js';
import { moved, type Standing, standingOf } from '../must-stand.js';
import { CopyRefused } from './copy-refused.js';
import { type Ends, openEnds } from './open-ends.js';
import { countRows, insertRows, type Row, rowsAfter, type Table } from './table-rows.js';

const BATCH = 500;
const INSTALLATION = 'installation';

/** What a copy tells while it works, in this order. */
export type CopyStep =
  | { readonly step: 'copying'; readonly table: string; readonly rows: number; readonly total: number }
  | { readonly step: 'compared' }
  | { readonly step: 'old one marked' };

export interface CopySettings {
  readonly from: DatabaseAddress;
  readonly to: DatabaseAddress;
  /** How the old one says where everything went. */
  readonly label: string;
  readonly now: Clock;
  readonly tell: (step: CopyStep) => void;
}

export interface Copied {
  readonly tables: number;
  readonly rows: number;
}

/**
 * Takes every row elsewhere as it is. The new database refuses to start from its first row on until everything is there,
 * was counted, and the old one is marked; the old one is good until then. So wherever it stops, at most one of the two
 * starts, and the same command again goes on.
 */
export async function copyDatabase(settings: CopySettings): Promise<Copied> {
  const ends = await openEnds(settings);
  try {
    const old = await standingOf(ends.from);
    if (!old || old.arriving_since !== null)
      throw new CopyRefused('There is no installation in this database to copy.');
    if (old.moved_at !== null) return await goOn(ends, old, settings);
    await mustBeFree(ends.to, old);
    await arrive(ends, settings.now());
    await copyRows(ends, settings.tell);
    const copied = await compare(ends);
    settings.tell({ step: 'compared' });
    await mark(ends.from, settings);
    settings.tell({ step: 'old one marked' });
    await settle(ends.to);
    return copied;
  } finally {
    await ends.close();
  }
}

// Stopped between the two marks: everything is there, and only the new one's mark is missing.
async function goOn(ends: Ends, old: Standing, { label }: CopySettings): Promise<Copied> {
  const there = await standingOf(ends.to);
  if (old.moved_to !== label || there?.key_id !== old.key_id || there.arriving_since === null) throw moved(old);
  const copied = await compare(ends);
  await settle(ends.to);
  return copied;
}

async function mustBeFree(to: QueryRunner, old: Standing): Promise<void> {
  const there = await standingOf(to);
  const users = await to.query('SELECT 1 FROM users LIMIT 1');
  if (there ? there.key_id !== old.key_id || there.arriving_since === null : users.length > 0)
    throw new CopyRefused('The new database is not empty. Name one that holds nothing yet.');
}

/** The mark first, then away with the built-ins, and with what an earlier copy left. */
async function arrive({ from, to, tables }: Ends, now: number): Promise<void> {
  const installation = tables.find(({ name }) => name === INSTALLATION);
  const [row] = installation ? await rowsAfter(from, installation, undefined, 1) : [];
  if (!installation || !row) throw new CopyRefused('There is no installation in this database to copy.');
  await inTransaction(to, async () => {
    await to.query(`DELETE FROM ${INSTALLATION}`);
    await insertRows(to, installation, [{ ...row, arriving_since: now }]);
  });
  for (const { name } of withoutInstallation(tables)) await to.query(`DELETE FROM ${name}`);
}

async function copyRows({ from, to, tables }: Ends, tell: CopySettings['tell']): Promise<void> {
  for (const table of withoutInstallation(tables)) {
    const total = await countRows(from, table);
    let rows = 0;
    for (let last: Row | undefined; ; ) {
      tell({ step: 'copying', table: table.name, rows, total });
      const batch = await rowsAfter(from, table, last, BATCH);
      if (batch.length === 0) break;
      await inTransaction(to, () => insertRows(to, table, batch));
      rows += batch.length;
      last = batch.at(-1);
    }
  }
}

async function compare({ from, to, tables }: Ends): Promise<Copied> {
  let rows = 0;
  for (const table of tables) {
    const [there, here] = [await countRows(to, table), await countRows(from, table)];
    if (there !== here)
      throw new CopyRefused(
        `${table.name}: ${here} rows in the old database, ${there} in the new one. Something still writes to the old one: stop it and run this again.`,
      );
    rows += here;
  }
  return { tables: tables.length, rows };
}

async function mark(from: QueryRunner, { now, label }: CopySettings): Promise<void> {
  await from.query(`UPDATE ${INSTALLATION} SET moved_at = ?, moved_to = ? WHERE id = 1`, [now(), label]);
}

async function settle(to: QueryRunner): Promise<void> {
  await to.query(`UPDATE ${INSTALLATION} SET arriving_since = NULL WHERE id = 1`);
}

const withoutInstallation = (tables: readonly Table[]): readonly Table[] =>
  tables.filter(({ name }) => name !== INSTALLATION);

async function inTransaction(runner: QueryRunner, work: () => Promise<void>): Promise<void> {
  await runner.startTransaction();
  try {
    await work();
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  }
}
