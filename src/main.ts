import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { type Offline, run, type Shell } from './cli/index.js';

// Loaded when it is needed: a client command needs neither the database nor the hash.
const outside = async () => (await import('./service/outside.js')).machine(process.env);
const offline: Offline = {
  serve: async (options) => (await import('./app.js')).serve(options, await outside()),
  init: async (options) => (await import('./offline/init.js')).init(options, await outside()),
  migrate: async (options) => (await import('./offline/migrate.js')).migrate(options, await outside()),
  checkConfig: async (options) => (await import('./offline/check-config.js')).checkConfig(options, await outside()),
  recover: async (options) => (await import('./offline/recover.js')).recover(options, await outside()),
  acceptRestore: async (options) =>
    (await import('./offline/accept-restore.js')).acceptRestore(options, await outside()),
  copy: async (options) => (await import('./offline/copy.js')).copy(options, await outside()),
  listKeys: async (options) => (await import('./offline/keys.js')).listKeys(options, await outside()),
  rotateKeys: async (options) => (await import('./offline/keys.js')).rotateKeys(options, await outside()),
  pruneKeys: async (options) => (await import('./offline/keys.js')).pruneKeys(options, await outside()),
  doctor: async (options) => (await import('./offline/doctor/doctor.js')).doctor(options, await outside()),
  unlock: async (options) => (await import('./offline/recover.js')).unlock(options, await outside()),
};

const shell: Shell = {
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  home: homedir(),
  folder: process.cwd(),
  version: version(),
};

// Whoever reads our output may stop early, as `head` does. That is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// TLS to an address instead of a name is meant; Node's remark on it is none for the person at the terminal.
process.noDeprecation = true;
process.exitCode = await run(process.argv.slice(2), shell, offline);

function version(): string {
  // The program lies in dist/src when it is built, in src when it is not.
  for (const place of ['../package.json', '../../package.json']) {
    try {
      return JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')).version;
    } catch {}
  }
  return 'unknown';
}
