import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startFake } from '../client/fake-server.js';

function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'sallyport-main-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return home;
}

/** Runs the program as a process of its own. */
async function sallyport(home: string, argv: string[], input = '', nodeOptions: string[] = []) {
  const env = { PATH: process.env['PATH'], HOME: home };
  const child = spawn(process.execPath, [...nodeOptions, '.build/src/sallyport.cjs', ...argv], { env });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  child.stdin.end(input);
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  return { exitCode, ...output };
}

test('the program tells its version without loading what only a server needs', async () => {
  const home = temporaryHome();
  const probe = join(home, 'probe.cjs');
  writeFileSync(
    probe,
    `process.on('exit', () => console.error(JSON.stringify({
      threads: Number(process.env.UV_THREADPOOL_SIZE),
      loaded: Object.keys(require('node:module')._cache).filter((file) => /typeorm|better-sqlite3|argon2/.test(file)),
    })))`,
  );
  const { exitCode, stdout, stderr } = await sallyport(home, ['--version'], '', ['--require', probe]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const { threads, loaded } = JSON.parse(stderr);
  expect(threads).toBeGreaterThanOrEqual(4);
  expect(loaded).toEqual([]);
});

test.runIf(process.platform === 'linux')('the thread that answers goes first, those that hash last', async () => {
  const home = temporaryHome();
  const probe = join(home, 'probe.cjs');
  writeFileSync(
    probe,
    `process.on('exit', () => {
      const { readdirSync, readFileSync } = require('node:fs');
      const niceOf = (id) => Number(readFileSync('/proc/self/task/' + id + '/stat', 'utf8').split(') ')[1].split(' ')[16]);
      const all = readdirSync('/proc/self/task').map((id) => ({ id: Number(id), nice: niceOf(id) }));
      console.error(JSON.stringify({
        own: all.find(({ id }) => id === process.pid).nice,
        helping: all.filter(({ nice }) => nice >= 9 && nice < 18).length,
        hashing: all.filter(({ nice }) => nice >= 18).length,
        pool: Number(process.env.UV_THREADPOOL_SIZE),
      }));
    })`,
  );
  const { stderr } = await sallyport(home, ['--version'], '', ['--require', probe]);
  const { own, helping, hashing, pool } = JSON.parse(stderr);
  expect(own).toBeLessThan(9);
  expect(helping).toBeGreaterThan(0);
  expect(hashing).toBe(pool);
});

test('the program signs in from a pipe, keeps the session for the next command and ends by itself', async () => {
  const home = temporaryHome();
  const fake = await startFake({
    auth: {
      startSignIn: () => ({ step: { step: { $case: 'challenge', value: { signInToken: 'ssi_1', factors: [] } } } }),
      verifyOtp: () => ({ step: { step: { $case: 'session', value: { sessionToken: 'sst_1' } } } }),
      validateSession: () => ({ username: 'alice' }),
    },
  });
  onTestFinished(fake.close);
  const server = ['--server', fake.address];
  const login = await sallyport(home, [...server, 'login', 'alice'], 'pa55\n123456\n');
  expect(login).toMatchObject({ exitCode: 0, stdout: '' });
  const { exitCode, stdout } = await sallyport(home, ['whoami', ...server]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^name: +alice$/m);
  expect(fake.calls.at(-1)?.request).toEqual({ sessionToken: 'sst_1', passive: true });
});
