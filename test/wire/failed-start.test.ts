import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshDatabase, mariadbIsHere } from '../support/mariadb.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-start-'));
  mkdirSync(join(folder, 'keys'), { mode: 0o700 });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Starts the program as it is shipped, and waits for its end. */
async function serve(settings: Readonly<Record<string, string>>): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [resolve('.build/src/sallyport.cjs'), 'serve'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      SALLYPORT_LISTEN: `127.0.0.1:0,unix:${join(folder, 'run', 's.sock')}`,
      SALLYPORT_METRICS_LISTEN: 'off',
      ...settings,
    },
  });
  const killer = setTimeout(() => child.kill('SIGKILL'), 45_000);
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  clearTimeout(killer);
  return { code, said };
}

const damagedAnchor = (): void => writeFileSync(join(folder, 'keys', 'anchor'), '{"installation":');

describe('a start that fails half way ends the process', () => {
  test('with 2 where another program has the port of the metrics', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const { code, said } = await serve({ SALLYPORT_METRICS_LISTEN: `127.0.0.1:${port}` });
    other.close();
    expect(said).toContain('it is in use. Change metrics_listen');
    expect(code).toBe(2);
  });

  test('with 6 where the anchor is damaged, on SQLite', async () => {
    damagedAnchor();
    const { code, said } = await serve({});
    expect(said).toContain('is damaged');
    expect(code).toBe(6);
  });

  test.runIf(mariadbIsHere())('and on MariaDB, whose connections would keep it', async () => {
    damagedAnchor();
    const { url, drop } = await freshDatabase();
    const { code, said } = await serve({ SALLYPORT_DATABASE: url });
    await drop();
    expect(said).toContain('is damaged');
    expect(code).toBe(6);
  });
});
