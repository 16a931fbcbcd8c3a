import { dirname, relative, resolve, sep } from 'node:path';
import { isLocalAddress } from './address.js';
import type { ResolvedSettings } from './settings.js';

/** What no single setting shows: which settings do not go together, and what to do. */
export interface Conflict {
  readonly between: readonly (keyof ResolvedSettings)[];
  readonly sentence: string;
}

type Check = (settings: ResolvedSettings) => Conflict | undefined;

/** Every conflict at once. */
export const conflictsIn = (settings: ResolvedSettings): Conflict[] =>
  CHECKS.map((check) => check(settings)).filter((conflict) => conflict !== undefined);

const keyBesideData: Check = ({ data_dir, key_file, database }) => {
  const between = ['data_dir', 'key_file', 'database'] as const;
  if (isInside(data_dir, key_file))
    return { between, sentence: 'key_file: must not lie inside data_dir, or a copy of the data holds the key' };
  const file = /^sqlite:(.+)$/s.exec(database)?.[1];
  return file !== undefined && dirname(resolve(file)) === dirname(resolve(key_file))
    ? { between, sentence: 'key_file: must not lie in the folder of the database, or a copy of it holds the key' }
    : undefined;
};

const halfOfAPair: Check = ({ tls_certificate_file, tls_key_file }) =>
  (tls_certificate_file === undefined) === (tls_key_file === undefined)
    ? undefined
    : {
        between: ['tls_certificate_file', 'tls_key_file'],
        sentence: 'tls_certificate_file and tls_key_file: give both or none',
      };

const clientCaWithoutTls: Check = ({ tls_client_ca_file, tls_certificate_file }) =>
  tls_client_ca_file === undefined || tls_certificate_file !== undefined
    ? undefined
    : {
        between: ['tls_client_ca_file', 'tls_certificate_file'],
        sentence: 'tls_client_ca_file: needs tls_certificate_file',
      };

const exposedPlaintext: Check = ({ listen, tls_certificate_file, insecure_plaintext_anywhere }) => {
  const exposed = listen.filter((address) => !isLocalAddress(address));
  if (exposed.length === 0 || tls_certificate_file !== undefined || insecure_plaintext_anywhere) return undefined;
  return {
    between: ['listen', 'tls_certificate_file', 'insecure_plaintext_anywhere'],
    sentence: `listen: ${exposed.join(', ')} needs TLS (tls_certificate_file, tls_key_file)`,
  };
};

// The embedded engine answers as fast from its file.
const cacheOnSqlite: Check = ({ session_cache, database }) =>
  session_cache === 0 || !database.startsWith('sqlite:')
    ? undefined
    : {
        between: ['session_cache', 'database'],
        sentence: 'session_cache: only with MySQL or MariaDB; on SQLite there is nothing to gain, leave it out',
      };

const CHECKS: readonly Check[] = [keyBesideData, halfOfAPair, clientCaWithoutTls, exposedPlaintext, cacheOnSqlite];

function isInside(folder: string, file: string): boolean {
  const path = relative(resolve(folder), resolve(file));
  return path !== '..' && !path.startsWith(`..${sep}`);
}
