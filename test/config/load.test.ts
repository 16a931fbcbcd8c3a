import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { databaseFault } from '../../src/config/database-fault.js';
import { loadSettings, readSecret, readText } from '../../src/config/index.js';
import { parseDatabaseUrl } from '../../src/persistence/database-url.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-config-'));

function fileOf(content: string): string {
  const path = join(folder, `${crypto.randomUUID()}.json`);
  writeFileSync(path, content);
  return path;
}

function mistakesOf(env: Record<string, string>, file?: string): string {
  try {
    loadSettings(env, file);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('settings', () => {
  test('need none to be given: SQLite beside a socket, loopback, metrics', () => {
    expect(loadSettings({})).toMatchObject({
      database: 'sqlite:data/sallyport.db',
      listen: ['127.0.0.1:50051', 'unix:data/run/sallyport.sock'],
      metrics_listen: '127.0.0.1:9464',
      argon2_memory_kib: 19_456,
    });
  });

  test('are taken from variables over the file over defaults', () => {
    const file = fileOf('{"hash_queue": 10, "reflection": false, "listen": ["127.0.0.1:1"]}');
    const settings = loadSettings({ SALLYPORT_HASH_QUEUE: '20', SALLYPORT_CONFIG: file, PATH: '/bin' });
    expect(settings).toMatchObject({ hash_queue: 20, reflection: false, listen: ['127.0.0.1:1'] });
  });

  test('with mistakes refuse to start, and tell all of them at once', () => {
    const told = mistakesOf({
      SALLYPORT_HASH_QUEU: '1',
      SALLYPORT_ARGON2_ITERATIONS: '1',
      SALLYPORT_LOG_LEVEL: 'loud',
    });
    for (const word of ['hash_queu', 'argon2_iterations', 'log_level']) expect(told).toContain(word);
  });

  test('tell a conflict beside a mistake, each in a line of its own', () => {
    const told = mistakesOf({
      SALLYPORT_LOG_LEVEL: 'loud',
      SALLYPORT_NO_SUCH: '1',
      SALLYPORT_KEY_FILE: './data/keys',
      SALLYPORT_LISTEN: '0.0.0.0:50051',
      SALLYPORT_TLS_CLIENT_CA_FILE: 'ca',
    });
    expect(told.split('\n')).toHaveLength(6);
    for (const word of ['log_level', 'no_such', 'key_file', 'needs TLS', 'needs tls_certificate_file'])
      expect(told).toContain(word);
  });

  test('are told in sentences, one a mistake', () => {
    const told = mistakesOf({
      SALLYPORT_LISTEN: '127.0.0.1:1,host',
      SALLYPORT_DATA_DIR: '',
      SALLYPORT_REFLECTION: 'yes',
      SALLYPORT_ARGON2_ITERATIONS: '1',
    });
    expect(told.split('\n').slice(1)).toEqual([
      '  - data_dir: must not be empty',
      '  - listen.1: host is neither HOST:PORT nor unix:PATH',
      '  - reflection: must be true or false',
      '  - argon2_iterations: must be a whole number from 2 to 20',
    ]);
  });

  test('with a mistake tell no conflict that only comes of it', () => {
    const told = mistakesOf({ SALLYPORT_TLS_CERTIFICATE_FILE: '', SALLYPORT_TLS_KEY_FILE: 'key.pem' });
    expect(told).toContain('tls_certificate_file: ');
    expect(told).not.toContain('both or none');
  });

  test.each(['', ' ', '1e2', '0x10', '-1', '1.5', 'ten'])('that are numbers are digits, never guessed: %j', (text) => {
    expect(mistakesOf({ SALLYPORT_DRAIN_SECONDS: text })).toContain('drain_seconds');
  });

  test.each([null, true, [5], {}])('that are numbers in the file are numbers: %j', (value) => {
    expect(mistakesOf({}, fileOf(JSON.stringify({ hash_queue: value })))).toContain('hash_queue');
  });

  test.each([
    ['argon2_memory_kib', '19455'],
    ['argon2_iterations', '1'],
    ['drain_seconds', '11'],
    ['audit_retention_days', '29'],
  ])('weaker than the floor are refused: %s = %s', (name, value) => {
    expect(mistakesOf({ [`SALLYPORT_${name.toUpperCase()}`]: value })).toContain(
      `${name}: must be a whole number from `,
    );
  });

  test.each([
    ['a key file inside the data', { SALLYPORT_KEY_FILE: './data/keys' }, 'key_file'],
    ['a key file in a folder of the data that begins with dots', { SALLYPORT_KEY_FILE: './data/..k/keys' }, 'key_file'],
    ['a database beside the key file', { SALLYPORT_DATABASE: 'sqlite:./keys/sallyport.db' }, 'key_file'],
    ['a certificate without its key', { SALLYPORT_TLS_CERTIFICATE_FILE: 'c' }, 'tls_key_file'],
    ['plaintext beyond loopback', { SALLYPORT_LISTEN: '0.0.0.0:50051' }, 'needs TLS'],
    ['a password in the address', { SALLYPORT_DATABASE: 'mysql://u:p@h/d' }, 'database_password_file'],
    ['sessions in memory beside SQLite', { SALLYPORT_SESSION_CACHE: '1000' }, 'session_cache: only with'],
    ['an unknown database', { SALLYPORT_DATABASE: 'postgres://h/d' }, 'must be sqlite:PATH'],
    ['a password that breaks the address', { SALLYPORT_DATABASE: 'mysql://u:p/w@h/d' }, 'must be sqlite:PATH'],
    ['a password behind the address', { SALLYPORT_DATABASE: 'mysql://u@h/d?password=p' }, 'socket=PATH only'],
    ['a database address without slashes', { SALLYPORT_DATABASE: 'mysql:h/d' }, 'must be sqlite:PATH'],
    ['a database without a name', { SALLYPORT_DATABASE: 'mysql://h' }, 'names no database'],
    ['an empty address among others', { SALLYPORT_LISTEN: '127.0.0.1:1,' }, 'neither HOST:PORT'],
    ['an address without a port', { SALLYPORT_LISTEN: '127.0.0.1' }, 'neither HOST:PORT'],
    ['metrics at no address', { SALLYPORT_METRICS_LISTEN: '9464' }, 'metrics_listen'],
    ['an administrator without a name', { SALLYPORT_FIRST_ADMINISTRATOR: '  ' }, 'first_administrator'],
  ])('that cannot work are refused: %s', (_what, env, word) => {
    expect(mistakesOf(env)).toContain(word);
  });

  test('allow plaintext beyond loopback only when it is named out loud', () => {
    const env = { SALLYPORT_LISTEN: '0.0.0.0:50051', SALLYPORT_INSECURE_PLAINTEXT_ANYWHERE: 'true' };
    expect(loadSettings(env).listen).toEqual(['0.0.0.0:50051']);
  });

  test.each(['', 'not json', '[]', '"x"'])('in a file that is no JSON object are refused: %j', (content) => {
    expect(mistakesOf({}, fileOf(content))).not.toBe('');
  });
});

test('a secret is its file without the line end, and must be its owner’s alone', () => {
  const path = fileOf('s3cret\n');
  chmodSync(path, 0o644);
  expect(() => readSecret(path)).toThrow('chmod 600');
  chmodSync(path, 0o600);
  expect(readSecret(path)).toBe('s3cret');
});

test('a file that is not there is told by its name', () => {
  expect(() => readSecret(join(folder, 'none'))).toThrow(`${join(folder, 'none')} cannot be read: ENOENT`);
});

test('a certificate may be read by everybody', () => {
  const path = fileOf('PEM');
  chmodSync(path, 0o644);
  expect(readText(path)).toBe('PEM');
});

describe('what the settings accept', () => {
  test.each([
    'sqlite:a.db',
    'sqlite:',
    'sqlite::memory:',
    'mysql://u@h/d',
    'mariadb://u@h:1/d?socket=/s',
    'mysql://h',
    'mysql://h/',
    'mysql://u:p@h/d',
    'mysql://u@h/d?x=1',
    'postgres://h/d',
    '',
  ])('as a database is what the storage understands: %j', (text) => {
    const understood = () => parseDatabaseUrl(text);
    if (databaseFault(text) === undefined) expect(understood).not.toThrow();
    else expect(understood).toThrow();
  });
});
