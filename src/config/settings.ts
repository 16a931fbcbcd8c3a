import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { canonicalName } from '../domain/user/canonical-name.js';
import { parseAddress } from './address.js';
import { databaseFault } from './database-fault.js';

const text = z.string().min(1, 'must not be empty');
const address = z.string().refine((text) => parseAddress(text) !== undefined, {
  error: ({ input }) => `${String(input)} is neither HOST:PORT nor unix:PATH`,
});
const list = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value),
  z.array(address).min(1),
);
const flag = z.preprocess(
  (value) => (value === 'true' || value === 'false' ? value === 'true' : value),
  z.boolean({ error: 'must be true or false' }),
);
// Digits only: an empty variable is a mistake, not a zero.
const whole = (least: number, most: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value),
    z
      .int({ error: `must be a whole number from ${least} to ${most}` })
      .min(least)
      .max(most),
  );

/** Every setting once: its type, its default, and one sentence. Secrets are files, never values. */
export const SETTINGS = {
  data_dir: text.default('./data').describe('Folder of the embedded database and the unix socket.'),
  key_file: text
    .default('./keys/sallyport.keys')
    .describe('The key file; never inside data_dir, so that a copy of the data does not hold the key.'),
  anchor_file: text
    .optional()
    .describe(
      'What the service remembers of the database, to notice one from a backup; never in a backup with it. Default: `anchor` beside key_file.',
    ),
  database: text
    .refine((value) => databaseFault(value) === undefined, { error: ({ input }) => databaseFault(String(input)) })
    .optional()
    .describe(
      'sqlite:PATH, mysql://user@host:port/name or mariadb://…, with ?socket=PATH for a unix socket. Default: sqlite in data_dir.',
    ),
  database_password_file: text.optional().describe('File that holds the database password.'),
  database_ca_file: text.optional().describe('PEM of the authority that signed the database server certificate.'),
  database_unit_pool: whole(2, 64).default(16).describe('Connections for changes (MySQL, MariaDB).'),
  database_read_pool: whole(2, 64).default(16).describe('Connections for reads (MySQL, MariaDB).'),
  session_cache: whole(0, 1_000_000)
    .default(0)
    .describe(
      'Sessions whose standing is kept in memory (MySQL, MariaDB); what another replica revokes may answer for up to 1 s. 0 keeps none.',
    ),
  listen: list
    .optional()
    .describe(
      'Where to listen: HOST:PORT, [IPv6]:PORT or unix:PATH. Default: 127.0.0.1:50051 and a socket beside the data.',
    ),
  tls_certificate_file: text
    .optional()
    .describe('PEM certificate chain; makes every TCP listener TLS. Read again when it changes.'),
  tls_key_file: text.optional().describe('PEM private key of the certificate.'),
  tls_client_ca_file: text
    .optional()
    .describe('PEM of the authority that signs client certificates; then they are asked for.'),
  insecure_plaintext_anywhere: flag
    .default(false)
    .describe('Allows plaintext on addresses that are not loopback. Only behind something that encrypts.'),
  local_over_tcp: flag
    .default(true)
    .describe(
      'Serves plaintext loopback callers without a key as component `local`. Set false behind a reverse proxy on this host.',
    ),
  reflection: flag.default(true).describe('Serves gRPC reflection.'),
  metrics_listen: text
    .refine((value) => value === 'off' || parseAddress(value)?.kind === 'tcp', 'must be HOST:PORT or off')
    .default('127.0.0.1:9464')
    .describe('Where metrics are served over HTTP, or `off`.'),
  first_administrator: text
    .refine((value) => canonicalName(value) !== undefined, 'is no name')
    .default('administrator')
    .describe('Name of the first administrator.'),
  argon2_memory_kib: whole(19_456, 1_048_576).default(19_456).describe('Argon2id memory in KiB.'),
  argon2_iterations: whole(2, 20).default(2).describe('Argon2id iterations.'),
  argon2_parallelism: whole(1, 16).default(1).describe('Argon2id lanes.'),
  hash_threads: whole(1, 64)
    .default(availableParallelism())
    .describe('Password hashes that run at once; more than cores loses throughput.'),
  hash_queue: whole(1, 1000)
    .default(64)
    .describe('Password hashes that run or wait at most; beyond, callers are told to come back.'),
  audit_retention_days: whole(30, 4000).default(400).describe('Days that audit events are kept.'),
  sweep_interval_seconds: whole(5, 3600).default(60).describe('Seconds between removals of what has expired.'),
  drain_seconds: whole(0, 10).default(10).describe('Seconds that calls may take to end after a stop was asked for.'),
  log_level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('The least that is logged.'),
} as const;

export const Settings = z.strictObject(SETTINGS);
export type Settings = z.infer<typeof Settings>;

/** Settings with every default filled in that depends on another. */
export interface ResolvedSettings extends Settings {
  readonly anchor_file: string;
  readonly database: string;
  readonly listen: string[];
}

export function resolved(settings: Settings): ResolvedSettings {
  return {
    ...settings,
    anchor_file: settings.anchor_file ?? join(dirname(settings.key_file), 'anchor'),
    database: settings.database ?? `sqlite:${join(settings.data_dir, 'sallyport.db')}`,
    listen: settings.listen ?? ['127.0.0.1:50051', `unix:${join(settings.data_dir, 'run', 'sallyport.sock')}`],
  };
}
