import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { tellFirstPassword } from '../../src/service/first-password.js';
import type { Log } from '../../src/telemetry/index.js';

const FIRST = { name: 'administrator', oneTimePassword: 'AAAA-BBBB' } as Parameters<typeof tellFirstPassword>[2];

function aLog() {
  const [info, error] = [vi.fn(), vi.fn()];
  return { info, error, log: { info, error } as unknown as Log };
}

test('without a terminal it goes to a file that only this user can read, and the log names the file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-first-'));
  const { info, log } = aLog();
  tellFirstPassword({ key_file: join(folder, 'sallyport.keys') }, log, FIRST);
  const path = join(folder, 'first-administrator');
  expect(readFileSync(path, 'utf8')).toBe('AAAA-BBBB\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(info.mock.calls)).toContain(path);
  expect(JSON.stringify(info.mock.calls)).not.toContain('AAAA');
  rmSync(folder, { recursive: true });
});

test('where it cannot be written the log says how to make another one, and the service goes on', () => {
  const { error, log } = aLog();
  tellFirstPassword({ key_file: '/proc/nowhere/sallyport.keys' }, log, FIRST);
  expect(JSON.stringify(error.mock.calls)).toContain('sallyport recover administrator');
  expect(JSON.stringify(error.mock.calls)).not.toContain('AAAA');
});
