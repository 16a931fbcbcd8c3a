import { copyFileSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type AtTerminal, serveAtTerminal } from './terminal.js';

/** A checkout that was built, with nothing in it but what a reader's commands name. */
export interface Checkout {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function builtCheckout(): Checkout {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-docs-'));
  symlinkSync(resolve('.build'), join(folder, 'dist'));
  // The client is imported by the package's own name.
  copyFileSync('package.json', join(folder, 'package.json'));
  return { folder, env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder } };
}

/** The two halves of `npm start`: what builds and what serves. */
export function startCommands(): readonly [build: string, serve: string] {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
  const [build = '', serve = ''] = scripts.start.split(' && ');
  return [build, serve];
}

/** Serves there as `npm start` does at a terminal, on its socket and on free ports. */
export function serveIn({ folder, env }: Checkout): Promise<AtTerminal> {
  const listen = { SALLYPORT_LISTEN: '127.0.0.1:0,unix:data/run/sallyport.sock' };
  return serveAtTerminal(startCommands()[1], folder, { ...env, ...listen, SALLYPORT_METRICS_LISTEN: '127.0.0.1:0' });
}
