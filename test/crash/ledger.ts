import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

/** Every acknowledged write, on disk before the next call is made. */
export interface Ledger {
  readonly note: (line: string) => void;
  readonly lines: () => string[];
  readonly close: () => void;
}

export function openLedger(path: string): Ledger {
  const file = openSync(path, 'a', 0o600);
  return {
    note: (line) => {
      writeSync(file, `${line}\n`);
      fsyncSync(file);
    },
    lines: () => readFileSync(path, 'utf8').split('\n').filter(Boolean),
    close: () => closeSync(file),
  };
}
