import { readFileSync } from 'node:fs';
import type { Window } from '../load/meter.js';

// USER_HZ, which is 100 on every Linux that Node runs on.
const TICKS_A_SECOND = 100;

/** Seconds of processor time a process has used, all its threads together (Linux). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

/** Resident memory in MB. */
export function residentMb(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`nobody knows how much memory ${pid} uses`);
  return (Number(kib) * 1024) / 1_000_000;
}

/** The processor time that some processes use while a window is open. */
export function watchCpu(pids: readonly number[]): Window & { readonly seconds: () => number } {
  const now = (): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  let from = 0;
  let to = 0;
  return {
    opened: () => {
      from = now();
    },
    closed: () => {
      to = now();
    },
    seconds: () => to - from,
  };
}
