import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSettings, readSecret } from '../../src/config/index.js';

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

  test.each([
    ['argon2_memory_kib', '19455'],
    ['argon2_iterations', '1'],
    ['drain_seconds', '11'],
    ['audit_retention_days', '29'],
  ])('weaker than the floor are refused: %s = %s', (name, value) => {
    expect(mistakesOf({ [`SALLYPORT_${name.toUpperCase()}`]: value })).toContain(name);
  });

  test.each([
    ['a key file inside the data', { SALLYPORT_KEY_FILE: './data/keys' }, 'key_file'],
    ['a certificate without its key', { SALLYPORT_TLS_CERTIFICATE_FILE: 'c' }, 'tls_key_file'],
    ['plaintext beyond loopback', { SALLYPORT_LISTEN: '0.0.0.0:50051' }, 'needs TLS'],
    ['a password in the address', { SALLYPORT_DATABASE: 'mysql://u:p@h/d' }, 'database_password_file'],
    ['an unknown database', { SALLYPORT_DATABASE: 'postgres://h/d' }, 'must begin with'],
  ])('that conflict are refused: %s', (_what, env, word) => {
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
