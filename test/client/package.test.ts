import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { clientOf, codeFor, firstAdministrator, PASSWORD } from '../support/people.js';
import { startSallyport } from '../support/sallyport.js';

const execute = promisify(execFile);

/** Runs a program to its end and answers what it printed. */
async function run(folder: string, program: string, args: readonly string[], env = process.env): Promise<string> {
  return (await execute(program, args, { cwd: folder, env })).stdout;
}

/** Builds and packs a copy, so that nobody's `dist` changes meanwhile. */
async function pack(folder: string): Promise<string> {
  mkdirSync(folder);
  for (const name of ['package.json', 'proto', 'CHANGELOG.md', 'SECURITY.md', 'README.md', 'LICENSE'])
    if (existsSync(name)) cpSync(name, join(folder, name), { recursive: true });
  await run('.', 'node', ['tools/compile.mjs', join(folder, 'dist'), 'tsconfig.build.json']);
  await run(folder, 'npm', ['pack', '--ignore-scripts']);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  return join(folder, tarball);
}

/** An empty project that installs the package, without building anything, and compiles the program strictly. */
async function project(folder: string, tarball: string): Promise<void> {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  await run(folder, 'npm', ['install', tarball, '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']);
  cpSync('test/client/program.ts', join(folder, 'program.ts'));
  const strict = ['--strict', '--skipLibCheck', 'false', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
  const modules = ['--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
  await run(folder, 'node', [resolve('node_modules/typescript/bin/tsc'), 'program.ts', ...strict, ...modules]);
}

/** A server that knows one person, and what they would type a minute later. */
async function serverWithOnePerson() {
  const server = await startSallyport();
  onTestFinished(server.stop);
  const client = clientOf(server);
  onTestFinished(client.close);
  const { secret } = await firstAdministrator(server, client);
  server.setClock(60_000);
  return { server, typed: () => ({ USERNAME: 'administrator', PASSWORD, CODE: codeFor(server, secret) }) };
}

// Packing and installing take long where other tests run beside them.
const timeout = 180_000;

test('an empty project installs the package, compiles a strict program against it and runs it', {
  timeout,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-package-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const home = join(folder, 'project');
  const installed = pack(join(folder, 'package')).then((tarball) => project(home, tarball));

  const [{ server, typed }] = await Promise.all([serverWithOnePerson(), installed]);
  const { PATH } = process.env;
  const printed = await run(home, 'node', ['program.js'], { PATH, ADDRESS: server.address, ...typed() });

  expect(printed).toMatch(/^session of administrator until \d{4}-/);
  expect(Number(/locked out for (\d+) ms/.exec(printed)?.[1])).toBeGreaterThan(59_000);
});
