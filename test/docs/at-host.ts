import { symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Sallyport } from '../support/sallyport.js';
import { reader } from './reader.js';

const DEFINITION = 'sallyport() { node dist/src/sallyport.cjs "$@"; }';

/** Somebody at a server's host, with its settings, who types what the guide says and answers from what was shown. */
export function atHost(server: Sallyport, database?: string) {
  const { folder } = server;
  symlinkSync(resolve('.build'), join(folder, 'dist'));
  const settings = {
    SALLYPORT_DATA_DIR: join(folder, 'data'),
    SALLYPORT_KEY_FILE: join(folder, 'keys', 'sallyport.keys'),
    SALLYPORT_SERVER: server.socket,
    ...(database === undefined ? {} : { SALLYPORT_DATABASE: database }),
  };
  const env = { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder, ...settings };
  let type = reader({ folder, env }, '');
  return {
    folder,
    env,
    /** What the terminal shows. */
    type: (command: string, more: Readonly<Record<string, string>> = {}): Promise<string> => {
      if (Object.keys(more).length > 0) type = reader({ folder, env: { ...env, ...more } }, '');
      return type(command, DEFINITION);
    },
  };
}
