import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from './config-error.js';

/** A file that may be public, such as a certificate. */
export const readText = (path: string): string => orSay(path, () => readFileSync(path, 'utf8'));

/** A secret's file: its one line. Refused when others can read it. */
export function readSecret(path: string): string {
  if ((orSay(path, () => statSync(path)).mode & 0o077) !== 0)
    throw new ConfigError(`${path} can be read by others. Run: chmod 600 ${path}`);
  return readText(path).replace(/\r?\n$/, '');
}

function orSay<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
