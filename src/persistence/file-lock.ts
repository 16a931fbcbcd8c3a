import { closeSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Somebody else serves this file; the message says who and what to do. */
export class FileInUse extends Error {
  override readonly name = 'FileInUse';
}

/** One `serve` a file. Returns how to let go. A lock left by a process that is gone is taken over. */
export function lockFile(database: string): () => void {
  mkdirSync(dirname(database), { recursive: true, mode: 0o700 });
  const path = `${database}.lock`;
  for (let attempt = 0; attempt < 2; attempt++) {
    if (tryLock(path)) return () => unlinkSync(path);
    const holder = readHolder(path);
    if (holder && isAlive(holder)) {
      throw new FileInUse(`Process ${holder.pid} serves ${database} already. Stop it first, or set another data_dir.`);
    }
    unlinkQuietly(path);
  }
  throw new FileInUse(`Another process is starting on ${database} right now. Stop one of the two.`);
}

interface Holder {
  readonly pid: number;
  /** Tells a process from a later one with the same number. */
  readonly started: string;
}

function tryLock(path: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startOf(pid) === started;
}

// Field 22 of /proc/PID/stat (proc(5)); empty where there is no /proc, and then the number alone decides.
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
