import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What is no program on the path. */
const OTHERS: Readonly<Record<string, () => boolean>> = {
  root: () => process.getuid?.() === 0,
  galera: () => existsSync('/usr/lib/galera/libgalera_smm.so'),
};

/** Those of a scenario's needs that this machine does not meet: programs, `root`, `galera`. */
export const missingNeeds = (needs: readonly string[]): string[] =>
  needs.filter((need) => !(OTHERS[need] ?? (() => onThePath(need)))());

const onThePath = (program: string): boolean =>
  [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) =>
    existsSync(join(folder, program)),
  );
