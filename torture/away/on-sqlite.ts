import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { startSallyport } from '../../test/support/sallyport.js';
import { failingDisk } from './failing-disk.js';
import type { DatabaseFault, StartSite } from './site.js';
import { smallDisk } from './small-disk.js';

/** Megabytes. */
const SIZE = 24;

/** A server whose file lies on a small disk, which fails in more than one way. */
export const onSqlite: StartSite = async (entry) => {
  const disk = smallDisk(SIZE);
  const data = join(disk.folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  try {
    const failing = failingDisk(disk.folder);
    const server = await startSallyport({ entry, env: { SALLYPORT_DATA_DIR: data, ...failing.env } });
    return {
      server,
      faults: [disk.full, failing.noSync, failing.readOnly, locked(join(data, 'sallyport.db'))],
      stop: async () => {
        await server.stop();
        disk.release();
      },
    };
  } catch (error) {
    disk.release();
    throw error;
  }
};

function locked(path: string): DatabaseFault {
  let holder: BetterSqlite3.Database | undefined;
  return {
    what: 'locked by another program',
    begin: () => {
      holder = new BetterSqlite3(path);
      holder.exec('BEGIN IMMEDIATE');
    },
    end: () => holder?.close(),
    lasts: 2500,
  };
}
