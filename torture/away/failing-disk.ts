import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DatabaseFault } from './site.js';

/** A disk that refuses what a server writes to its database, or cannot make it durable. Asks for a C compiler. */
export interface FailingDisk {
  /** For the server. */
  readonly env: Readonly<Record<string, string>>;
  readonly readOnly: DatabaseFault;
  readonly noSync: DatabaseFault;
}

const SOURCE = 'torture/away/failing-disk.c';
const LIBRARY = '.cache/torture/failing-disk.so';

/** `folder` is where the faults are switched, by files. */
export function failingDisk(folder: string): FailingDisk {
  mkdirSync('.cache/torture', { recursive: true });
  execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', LIBRARY, SOURCE, '-ldl']);
  const fault = (how: string, what: string): DatabaseFault => {
    const path = join(folder, how);
    return {
      what,
      begin: () => writeFileSync(path, ''),
      end: () => rmSync(path),
      lasts: 2500,
      keepsNothing: true,
    };
  };
  return {
    env: { LD_PRELOAD: resolve(LIBRARY), FAILING_DISK: folder },
    readOnly: fault('read-only', 'read-only'),
    noSync: fault('no-sync', 'nothing can be made durable'),
  };
}
