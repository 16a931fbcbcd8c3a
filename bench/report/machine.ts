import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import type { Machine } from './report.js';

const CODE = ['.', ':!docs'];
const PACKAGES = ['@grpc/grpc-js', '@node-rs/argon2', 'better-sqlite3', 'mysql2', 'typeorm'];

export const thisProcessor = (): string => cpus()[0]?.model ?? 'unknown';

/** What the figures were measured on. */
export const thisMachine = (): Machine => ({
  processor: thisProcessor(),
  cores: availableParallelism(),
  memoryGb: totalmem() / 1_000_000_000,
  kernel: `${type()} ${release()}`,
  node: process.versions.node,
  flags: process.execArgv,
  packages: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
  mariadb: said('mariadbd', ['--version'], /Ver (\S+)/) ?? 'no MariaDB',
  loadAverage: loadavg()[0] ?? 0,
});

/** The commit that the code is of, marked where anything differs from it; what a run writes is no code. */
export function thisCommit(): string {
  const commit = said('git', ['log', '-1', '--format=%H', '--', ...CODE], /^(\w+)/) ?? 'unknown';
  const changed = said('git', ['status', '--porcelain', '--', ...CODE], /(\S)/);
  return changed === undefined ? commit : `${commit}-changed`;
}

const versionOf = (name: string): string =>
  (JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { version: string }).version;

function said(program: string, args: readonly string[], what: RegExp): string | undefined {
  const { stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return what.exec(stdout ?? '')?.[1];
}
