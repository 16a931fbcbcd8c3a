import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { startSallyport } from '../../test/support/sallyport.js';
import type { DatabaseFault, StartSite } from './site.js';

const SIZE = 24 * 1024 * 1024;

/** A server whose file lies on a small filesystem in memory. */
export const onSqlite: StartSite = async (entry) => {
  const disk = mkdtempSync(join(tmpdir(), 'sallyport-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', disk]);
  const data = join(disk, 'data');
  mkdirSync(data, { mode: 0o700 });
  const release = (): void => {
    process.off('exit', release);
    execFileSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  };
  process.once('exit', release);
  try {
    const server = await startSallyport({ entry, env: { SALLYPORT_DATA_DIR: data } });
    return {
      server,
      faults: [full(join(disk, 'rest')), locked(join(data, 'sallyport.db'))],
      stop: async () => {
        await server.stop();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
};

/** Not a byte is left; the log of the file cannot grow. */
const full = (rest: string): DatabaseFault => ({
  what: 'disk full',
  begin: () => {
    try {
      writeFileSync(rest, Buffer.alloc(SIZE));
    } catch {
      // As much as there was.
    }
  },
  end: () => rmSync(rest, { force: true }),
  lasts: 2000,
});

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
