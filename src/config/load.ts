import { readFileSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { z } from 'zod';
import { type ResolvedSettings, resolved, Settings } from './settings.js';

/** The settings cannot be used; the message names every mistake. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly exitCode = 2;
}

const PREFIX = 'SALLYPORT_';
// Read by clients and by this loader, not settings of the service.
const NOT_SETTINGS = new Set([
  'SALLYPORT_CONFIG',
  'SALLYPORT_SERVER',
  'SALLYPORT_COMPONENT_KEY_FILE',
  'SALLYPORT_TEST_NO_SKIP',
]);

/** Variables over the file over defaults; whatever is unknown, malformed or too weak is told together. */
export function loadSettings(env: Readonly<Record<string, string | undefined>>, configFile?: string): ResolvedSettings {
  const file = configFile ?? env['SALLYPORT_CONFIG'];
  const given = { ...(file === undefined ? {} : readFile(file)), ...fromEnvironment(env) };
  const parsed = Settings.safeParse(given);
  if (!parsed.success) throw new ConfigError(mistakes(parsed.error.issues.map(sentence)));
  const settings = resolved(parsed.data);
  const conflicts = conflictsIn(settings);
  if (conflicts.length > 0) throw new ConfigError(mistakes(conflicts));
  return settings;
}

/** A secret's file: its one line. Refused when others can read it. */
export function readSecret(path: string): string {
  if ((statSync(path).mode & 0o077) !== 0)
    throw new ConfigError(`${path} can be read by others. Run: chmod 600 ${path}`);
  return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
}

const mistakes = (lines: readonly string[]): string =>
  `The settings cannot be used:\n${lines.map((line) => `  - ${line}`).join('\n')}`;

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `unknown setting: ${issue.keys.join(', ')}`;
  return `${issue.path.join('.')}: ${issue.message}`;
}

function readFile(path: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch (error) {
    throw new ConfigError(`${path} cannot be read as JSON: ${(error as Error).message}`);
  }
  throw new ConfigError(`${path} must hold one JSON object.`);
}

const fromEnvironment = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith(PREFIX) && !NOT_SETTINGS.has(name) && value !== undefined
        ? [[name.slice(PREFIX.length).toLowerCase(), value]]
        : [],
    ),
  );

/** What no single setting shows. */
function conflictsIn(settings: ResolvedSettings): string[] {
  const conflicts: string[] = [];
  if (isInside(settings.data_dir, settings.key_file)) {
    conflicts.push('key_file: must not lie inside data_dir, or a copy of the data holds the key');
  }
  if ((settings.tls_certificate_file === undefined) !== (settings.tls_key_file === undefined)) {
    conflicts.push('tls_certificate_file and tls_key_file: give both or none');
  }
  if (settings.tls_client_ca_file !== undefined && settings.tls_certificate_file === undefined) {
    conflicts.push('tls_client_ca_file: needs tls_certificate_file');
  }
  if (/^\w+:\/\/[^/@]*:[^/@]*@/.test(settings.database))
    conflicts.push('database: the password belongs into database_password_file');
  if (!/^(sqlite:.|mysql:\/\/|mariadb:\/\/)/.test(settings.database))
    conflicts.push('database: must begin with sqlite:, mysql:// or mariadb://');
  if (settings.tls_certificate_file === undefined && !settings.insecure_plaintext_anywhere) {
    const exposed = settings.listen.filter((address) => !isLocalAddress(address));
    if (exposed.length > 0)
      conflicts.push(`listen: ${exposed.join(', ')} needs TLS (tls_certificate_file, tls_key_file)`);
  }
  return conflicts;
}

// A host name such as `127.example.org` is anybody's.
const isLocalAddress = (address: string): boolean => /^(unix:|127(\.\d{1,3}){3}:|localhost:|\[::1\]:)/.test(address);

function isInside(folder: string, file: string): boolean {
  const path = relative(resolve(folder), resolve(file));
  return path !== '' && !path.startsWith('..');
}
