import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandError } from './command-error.js';
import type { Shell } from './shell.js';

/** A session as it lies on disk. */
export interface SavedSession {
  token: string;
  username: string;
}

/** The sessions of this user of the machine, one for each server's address. */
export interface SavedSessions {
  find(address: string): SavedSession | undefined;
  keep(address: string, session: SavedSession): void;
  forget(address: string): void;
}

/** Keeps them in `$XDG_STATE_HOME/sallyport/session.json`, readable by their owner only. */
export function savedSessions({ env, home }: Pick<Shell, 'env' | 'home'>): SavedSessions {
  const state = env['XDG_STATE_HOME'] || join(home, '.local', 'state');
  const path = join(state, 'sallyport', 'session.json');
  const change = (edit: (all: Map<string, SavedSession>) => void) => {
    const all = read(path);
    edit(all);
    write(path, Object.fromEntries(all));
  };
  return {
    find: (address) => read(path).get(address),
    keep: (address, session) => change((all) => all.set(address, session)),
    forget: (address) => {
      if (read(path).has(address)) change((all) => all.delete(address));
    },
  };
}

function read(path: string): Map<string, SavedSession> {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return new Map();
  if ((mode & 0o077) !== 0) throw new CommandError(`Others can read your session in ${path}. Run: chmod 600 ${path}`);
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8'))));
  } catch {
    throw new CommandError(`${path} holds no sessions. Remove it and sign in again.`);
  }
}

function write(path: string, sessions: Record<string, SavedSession>): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  chmodSync(dirname(path), 0o700);
  const fresh = `${path}.${process.pid}`;
  rmSync(fresh, { force: true });
  // `wx`: never through a link that somebody laid there.
  writeFileSync(fresh, `${JSON.stringify(sessions, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, path);
}
