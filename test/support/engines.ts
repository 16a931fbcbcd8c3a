import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import type { StoredAuditEvent } from '../../src/domain/audit/audit-event.js';
import type { CommittedReads, UnitOfWork } from '../../src/domain/stores.js';
import { openStorage, parseDatabaseUrl, type Storage } from '../../src/persistence/index.js';
import { mariadbIsHere } from './mariadb.js';
import { usedDatabase } from './used-databases.js';

export type Engine = 'sqlite' | 'mariadb';

export interface OpenStores {
  readonly unitOfWork: UnitOfWork;
  readonly reads: CommittedReads;
  /** Audit events whose unit has committed, in that order. */
  readonly printed: readonly StoredAuditEvent[];
  /** What to open the same database with from elsewhere: a value of the setting `database`. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Runs a suite once an engine: `onEachEngine((engine) => { test(…) })`. */
export function onEachEngine(suite: (engine: Engine) => void): void {
  describe('on sqlite', () => suite('sqlite'));
  describe.runIf(mariadbIsHere())('on mariadb', () => suite('mariadb'));
}

/** A database of one's own with today's schema: what a new installation has before anybody founded it. */
export async function openStores(engine: Engine): Promise<OpenStores> {
  const { url, drop } = engine === 'sqlite' ? await freshFile() : await usedDatabase(migrated);
  const printed: StoredAuditEvent[] = [];
  const { unitOfWork, reads, close } = await openAt(url, (event) => void printed.push(event));
  const closeAndDrop = async (): Promise<void> => {
    await close();
    await drop();
  };
  return { unitOfWork, reads, printed, url, close: closeAndDrop };
}

const openAt = (url: string, print: (event: StoredAuditEvent) => void): Promise<Storage> =>
  openStorage({
    address: parseDatabaseUrl(url),
    unitPool: 16,
    readPool: 4,
    as: 'serve',
    print,
    machineClock: Date.now,
  });

async function migrated(url: string): Promise<void> {
  const { close } = await openAt(url, () => undefined);
  await close();
}

let pattern: Promise<Buffer> | undefined;

/** Copied from the first one, which `migrate` made. */
async function freshFile(): Promise<{ url: string; drop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-stores-'));
  const path = join(folder, 'sallyport.db');
  pattern ??= migrated(`sqlite:${path}`).then(() => readFile(path));
  await writeFile(path, await pattern, { mode: 0o600 });
  return { url: `sqlite:${path}`, drop: () => rm(folder, { recursive: true, force: true }) };
}
