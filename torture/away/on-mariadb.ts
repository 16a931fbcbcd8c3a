import { type Connection, createConnection } from 'mysql2/promise';
import { endMariadb, installMariadb, type MariadbProcess, startMariadb } from '../../test/support/mariadb-process.js';
import { startSallyport } from '../../test/support/sallyport.js';
import { statement } from '../mariadb.js';
import type { DatabaseFault, StartSite } from './site.js';
import { smallDisk } from './small-disk.js';
import { openWire, type Wire } from './wire.js';

/** Megabytes: what it holds from the first day on, and some more. */
const SIZE = 256;

/** A server on a MariaDB of its own on a small disk, by a wire, as a user who may not write when the database is read-only. */
export const onMariadb: StartSite = async (entry) => {
  const disk = smallDisk(SIZE);
  const { folder } = disk;
  await installMariadb(folder);
  let mariadb = await startMariadb(folder, { flush: 1 });
  const { socket, port } = mariadb;
  await prepare(socket);
  const wire = await openWire(port);
  const server = await startSallyport({
    entry,
    database: `mariadb://sallyport@127.0.0.1:${wire.port}/sallyport`,
    env: { SALLYPORT_DATABASE_UNIT_POOL: '4', SALLYPORT_DATABASE_READ_POOL: '4' },
  });
  const again = async (): Promise<void> => {
    mariadb = await startMariadb(folder, { flush: 1, port });
  };
  return {
    server,
    faults: [...faultsOf(wire, socket, () => mariadb, again), disk.full],
    stop: async () => {
      await server.stop();
      await wire.close();
      await endMariadb(mariadb, 'SIGKILL');
      disk.release();
    },
  };
};

async function prepare(socket: string): Promise<void> {
  await statement(socket, 'CREATE DATABASE sallyport CHARACTER SET utf8mb4 COLLATE utf8mb4_bin');
  await statement(socket, "CREATE USER sallyport@'127.0.0.1'");
  await statement(socket, "GRANT ALL ON sallyport.* TO sallyport@'127.0.0.1'");
}

function faultsOf(
  wire: Wire,
  socket: string,
  current: () => MariadbProcess,
  again: () => Promise<void>,
): readonly DatabaseFault[] {
  let holder: Connection | undefined;
  const sound = (): void => wire.become('sound');
  const become = (what: string, state: Parameters<Wire['become']>[0], lasts = 2000): DatabaseFault => ({
    what,
    begin: () => wire.become(state),
    end: sound,
    lasts,
  });
  const signal = (name: NodeJS.Signals) => () => current().process.kill(name);
  const global = (setting: string) => () => statement(socket, `SET GLOBAL ${setting}`);
  return [
    { what: 'stopped and started', begin: () => endMariadb(current(), 'SIGTERM'), end: again, lasts: 500 },
    become('half-open connections', 'silent'),
    { what: 'read-only', begin: global('read_only = 1'), end: global('read_only = 0'), lasts: 1000 },
    {
      what: 'every connection of the pool waiting for a lock',
      begin: async () => {
        holder = await createConnection({ socketPath: socket, user: 'root' });
        await holder.query('FLUSH TABLES WITH READ LOCK');
      },
      end: () => holder?.end(),
      lasts: 2000,
    },
    { what: 'connections dropped', begin: wire.drop, end: () => undefined, lasts: 200 },
    become('two seconds late', { late: 2000 }, 5000),
    { what: 'killed and started', begin: () => endMariadb(current(), 'SIGKILL'), end: again, lasts: 500 },
    become('refusing connections', 'refusing'),
    { what: 'hung', begin: signal('SIGSTOP'), end: signal('SIGCONT'), lasts: 4000 },
  ];
}
