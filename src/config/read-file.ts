import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from './config-error.js';

/** A file that may be public, such as a certificate. */
export const readText = (path: string): string => orSay(path, () => readFileSync(path, 'utf8'));

/** A secret's file: its one line. Refused when others can read it. */
export function readSecret(path: string): string {
  if ((orSay(path, () => statSync(path)).mode & deniedAt(path)) !== 0)
    throw new ConfigError(`${path} can be read by others. Run: chmod 600 ${path}`);
  return readText(path).replace(/\r?\n$/, '');
}

/** What others may not do. A credential of systemd's is shown to its service by an access list, which looks like a group's right. */
const deniedAt = (path: string): number => (path.startsWith('/run/credentials/') ? 0o037 : 0o077);

function orSay<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
