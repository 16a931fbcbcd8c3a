/**
 * A Galera cluster on this machine, with one empty database on it. Every node begins with the same files at the same position
 * of the cluster, so that none has to copy another's; one that comes back later does (rsync), or gets what it missed.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';

const run = promisify(execFile);
/** The one database of a cluster. */
export const GALERA_DATABASE = 'sallyport';
const PROVIDER = '/usr/lib/galera/libgalera_smm.so';
const LONGEST_START = 60_000;

export interface GaleraNode {
  /** A value of the setting `database`, through the node's unix socket. */
  readonly url: string;
  readonly socket: string;
  readonly port: number;
  readonly pid: () => number;
  /** Sends a signal: SIGSTOP hangs it, SIGCONT lets it go on. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** SIGKILL, and waits until it is gone. */
  readonly kill: () => Promise<void>;
  /** SIGTERM: it leaves in good order. */
  readonly end: () => Promise<void>;
  /** Starts again after `kill`; `alone` makes a new cluster out of this node. Answers once it is in and takes statements. */
  readonly start: (alone?: boolean) => Promise<void>;
}

export interface Galera {
  readonly nodes: readonly GaleraNode[];
  /** Kills what runs, and removes the files. */
  readonly stop: () => Promise<void>;
  /** The same, where nothing can be awaited any more. */
  readonly abandon: () => void;
}

export interface GaleraOptions {
  /** The address of a node; loopback where nothing is said. */
  readonly hostOf?: (index: number) => string;
  /** A command that runs another one where a node lives, such as `ip netns exec NAME`. */
  readonly inside?: (index: number) => readonly string[];
  /** 1 makes each commit durable on its node. */
  readonly flush?: 0 | 1;
}

interface Place {
  readonly folder: string;
  readonly host: string;
  /** Of clients, of the group, of the write-sets that a node missed, of a whole copy. */
  readonly ports: readonly [number, number, number, number];
  readonly inside: readonly string[];
  readonly flush: 0 | 1;
}

/** Starts `count` nodes and answers when all are in. */
export async function startGalera(count: number, options: GaleraOptions = {}): Promise<Galera> {
  const { hostOf = () => '127.0.0.1', inside = () => [], flush = 0 } = options;
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-galera-'));
  await chmod(folder, 0o755);
  const places = await Promise.all(
    Array.from({ length: count }, async (_, index): Promise<Place> => {
      const ports = await fourPorts();
      return { folder: join(folder, `node${index}`), host: hostOf(index), ports, inside: inside(index), flush };
    }),
  );
  const nodes = places.map((place) => nodeAt(place, places));
  const stop = async (): Promise<void> => {
    for (const node of nodes) await node.kill();
    await rm(folder, { recursive: true, force: true });
  };
  const abandon = (): void => {
    for (const node of nodes) node.signal('SIGKILL');
    execFileSync('sleep', ['0.2']);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await makeFiles(folder, places, nodes);
    await nodes[0]?.start(true);
    await Promise.all(nodes.slice(1).map((node) => node.start()));
    return { nodes, stop, abandon };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A statement on one node, as root, past every Sallyport. */
export async function onNode(socket: string, sql: string): Promise<unknown[]> {
  const connection = await createConnection({ socketPath: socket, user: 'root' });
  try {
    const [rows] = await connection.query(sql);
    return Array.isArray(rows) ? rows : [];
  } finally {
    connection.destroy();
  }
}

/** A cluster of the first node alone, ended in good order; what it leaves is what every node begins with. */
async function makeFiles(folder: string, [first, ...others]: readonly Place[], nodes: readonly GaleraNode[]) {
  const [node] = nodes;
  if (!first || !node) return;
  const data = join(first.folder, 'data');
  for (const place of [first, ...others]) await mkdir(join(place.folder, 'tmp'), { recursive: true });
  await run('mariadb-install-db', [
    '--no-defaults',
    `--datadir=${data}`,
    '--skip-test-db',
    '--auth-root-authentication-method=normal',
    '--innodb-log-file-size=16M',
  ]);
  // As root a whole copy would be made by nobody, who may not.
  const give = () => (isRoot ? run('chown', ['-R', 'mysql:mysql', folder]) : undefined);
  await give();
  await node.start(true);
  await onNode(node.socket, `CREATE DATABASE ${GALERA_DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  await node.end();
  await rm(join(data, 'gvwstate.dat'), { force: true });
  for (const place of others) await cp(data, join(place.folder, 'data'), { recursive: true });
  await give();
}

const isRoot = process.getuid?.() === 0;

function nodeAt(place: Place, all: readonly Place[]): GaleraNode {
  const socket = join(place.folder, 's.sock');
  let server: ChildProcess | undefined;
  const isGone = (): boolean => !server || server.exitCode !== null || server.signalCode !== null;
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (isGone() || !server) return;
    const gone = once(server, 'exit');
    server.kill(signal);
    await gone;
  };
  return {
    url: `mariadb://root@localhost/${GALERA_DATABASE}?socket=${encodeURIComponent(socket)}`,
    socket,
    port: place.ports[0],
    pid: () => server?.pid ?? 0,
    signal: (signal) => void server?.kill(signal),
    kill: () => end('SIGKILL'),
    end: () => end('SIGTERM'),
    start: async (alone = false) => {
      if (alone) await allowAlone(place);
      server = launch(place, all, alone ? ['--wsrep-new-cluster'] : []);
      await untilIn(socket, isGone, place.folder);
    },
  };
}

function launch(place: Place, all: readonly Place[], more: readonly string[]): ChildProcess {
  const [, group] = place.ports;
  const owner = isRoot ? ['--reuid=mysql', '--regid=mysql', '--clear-groups'] : [];
  // On Linux the node dies with whoever started it.
  const command = [...place.inside, 'setpriv', ...owner, '--pdeathsig=KILL', 'mariadbd', ...settingsOf(place, all)];
  const [program = '', ...args] = [...command, ...more];
  return spawn(program, args, { stdio: 'ignore', env: { ...process.env, WSREP_GROUP_PORT: String(group) } });
}

function settingsOf({ folder, host, ports, flush }: Place, all: readonly Place[]): string[] {
  const [port, group, missed, copy] = ports;
  const provider = {
    base_host: host,
    base_port: group,
    'gmcast.listen_addr': `tcp://${host}:${group}`,
    'ist.recv_addr': `${host}:${missed}`,
    'ist.recv_bind': `${host}:${missed}`,
    'gcache.size': '16M',
    'evs.keepalive_period': 'PT0.5S',
    'evs.suspect_timeout': 'PT2S',
    'evs.inactive_timeout': 'PT4S',
  };
  return [
    '--no-defaults',
    `--datadir=${folder}/data`,
    `--socket=${folder}/s.sock`,
    `--pid-file=${folder}/pid`,
    `--tmpdir=${folder}/tmp`,
    `--log-error=${folder}/error.log`,
    `--port=${port}`,
    `--bind-address=${host}`,
    '--skip-name-resolve',
    '--max-connections=500',
    '--innodb-buffer-pool-size=48M',
    '--innodb-log-file-size=16M',
    `--innodb-flush-log-at-trx-commit=${flush}`,
    '--innodb-autoinc-lock-mode=2',
    '--binlog-format=ROW',
    '--wsrep-on=ON',
    `--wsrep-provider=${PROVIDER}`,
    `--wsrep-cluster-address=gcomm://${all.map((place) => `${place.host}:${place.ports[1]}`).join(',')}`,
    `--wsrep-node-address=${host}:${group}`,
    '--wsrep-sst-method=rsync',
    `--wsrep-sst-receive-address=${host}:${copy}`,
    '--wsrep-slave-threads=2',
    `--wsrep-provider-options=${Object.entries(provider)
      .map(([name, value]) => `${name}=${value}`)
      .join(';')}`,
  ];
}

// What a node says of itself after a crash is that it may not know everything.
async function allowAlone({ folder }: Place): Promise<void> {
  const path = join(folder, 'data', 'grastate.dat');
  const state = await readFile(path, 'utf8').catch(() => '');
  if (state !== '') await writeFile(path, state.replace('safe_to_bootstrap: 0', 'safe_to_bootstrap: 1'));
}

async function untilIn(socket: string, isGone: () => boolean, folder: string): Promise<void> {
  const end = Date.now() + LONGEST_START;
  while (!isGone() && Date.now() < end) {
    const [ready] = await onNode(socket, "SHOW STATUS LIKE 'wsrep_ready'").catch(() => []);
    if ((ready as { Value?: string } | undefined)?.Value === 'ON') return;
    await pause(50);
  }
  const log = await readFile(`${folder}/error.log`, 'utf8').catch(() => 'no log');
  throw new Error(`the Galera node did not come in:\n${log.slice(-3000)}`);
}

async function fourPorts(): Promise<[number, number, number, number]> {
  const servers = await Promise.all(
    [1, 2, 3, 4].map(async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  for (const server of servers) server.close();
  return ports as [number, number, number, number];
}
