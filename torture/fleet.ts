import { databaseFileOf, keyFileOf } from '../bench/processes/sallyport.js';
import { mysqlSink, type Sink, sqliteSink } from '../bench/seed/sink.js';
import { type Sallyport, startSallyport } from '../test/support/sallyport.js';
import { freshDatabase } from './mariadb.js';

/** Servers on one database, and a way past them to its rows. */
export interface Fleet {
  readonly servers: readonly Sallyport[];
  readonly keyFile: string;
  readonly sink: () => Promise<Sink>;
  readonly stop: () => Promise<void>;
}

/** Starts a fleet from an entry of the compiled tree. */
export type StartFleet = (entry: string) => Promise<Fleet>;

/** A line for every call would be a third of the work, on either side. */
const QUIET = { SALLYPORT_LOG_LEVEL: 'error' };

export const portOf = ({ address }: Sallyport): number => Number(address.slice(address.lastIndexOf(':') + 1));

/** One server on its file. */
export const oneOnSqlite: StartFleet = async (entry) => {
  const server = await startSallyport({ entry, env: QUIET });
  const home = { folder: server.folder, database: undefined };
  return {
    servers: [server],
    keyFile: keyFileOf(home),
    sink: async () => sqliteSink(databaseFileOf(home)),
    stop: server.stop,
  };
};

/** So many servers on one MariaDB. */
const someOnMariadb =
  (count: number): StartFleet =>
  async (entry) => {
    const database = await freshDatabase();
    const servers = await startReplicas(
      entry,
      Array.from({ length: count }, () => database.url),
    );
    return {
      ...fleetOf(servers, () => mysqlSink(database.socket, database.name)),
      stop: async () => {
        await Promise.all(servers.toReversed().map((server) => server.stop()));
        await database.drop();
      },
    };
  };

export const threeOnMariadb = someOnMariadb(3);
/** Enough for a broken variant. */
export const twoOnMariadb = someOnMariadb(2);

/** Servers that share the first one's keys and clock, each on its database. */
export async function startReplicas(entry: string, [first, ...others]: readonly string[]): Promise<Sallyport[]> {
  if (first === undefined) throw new Error('a fleet has at least one server');
  const leader = await startSallyport({ entry, database: first, env: QUIET });
  const rest = await Promise.all(
    others.map((database) => startSallyport({ entry, database, like: leader, env: QUIET })),
  );
  return [leader, ...rest];
}

export function fleetOf(servers: readonly Sallyport[], sink: Fleet['sink']): Omit<Fleet, 'stop'> {
  const folder = servers[0]?.folder ?? '';
  return { servers, keyFile: keyFileOf({ folder, database: undefined }), sink };
}
