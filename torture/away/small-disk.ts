import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseFault } from './site.js';

/** A small filesystem in memory. Asks for root. */
export interface SmallDisk {
  readonly folder: string;
  /** Not a byte is left on it: nothing there can grow. */
  readonly full: DatabaseFault;
  readonly release: () => void;
}

export function smallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', folder]);
  const release = (): void => {
    process.off('exit', release);
    execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', release);
  const rest = join(folder, 'rest');
  const fill = (): void => {
    try {
      writeFileSync(rest, Buffer.alloc(megabytes * 1024 * 1024));
    } catch {
      // As much as there was.
    }
  };
  return {
    folder,
    full: { what: 'disk full', begin: fill, end: () => rmSync(rest, { force: true }), lasts: 2500 },
    release,
  };
}
