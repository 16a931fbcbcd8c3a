import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import type { StoredAuditEvent } from '../../src/domain/audit/audit-event.js';
import type { CommittedReads, UnitOfWork } from '../../src/domain/stores.js';
import { openStorage, parseDatabaseUrl } from '../../src/persistence/index.js';
import { freshDatabase, mariadbIsHere } from './mariadb.js';

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
  const { url, drop } = engine === 'sqlite' ? await freshFile() : await freshDatabase();
  const printed: StoredAuditEvent[] = [];
  const { unitOfWork, reads, close } = await openStorage({
    address: parseDatabaseUrl(url),
    unitPool: 16,
    readPool: 4,
    as: 'serve',
    print: (event) => void printed.push(event),
    machineClock: Date.now,
  });
  const closeAndDrop = async (): Promise<void> => {
    await close();
    await drop();
  };
  return { unitOfWork, reads, printed, url, close: closeAndDrop };
}

async function freshFile(): Promise<{ url: string; drop: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-stores-'));
  return { url: `sqlite:${join(folder, 'sallyport.db')}`, drop: () => rm(folder, { recursive: true, force: true }) };
}
