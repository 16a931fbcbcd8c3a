import { mysqlSink } from '../bench/seed/sink.js';
import { fleetOf, type StartFleet, startReplicas } from './fleet.js';
import { GALERA_DATABASE, type Galera, onNode, startGalera } from './galera.js';

let shared: Promise<Galera> | undefined;

/** Three servers, each on its own node of the run's Galera cluster, which nobody harms: it ends with the run. */
export const threeOnGalera: StartFleet = async (entry) => {
  shared ??= startShared();
  const { nodes } = await shared;
  const [first] = nodes;
  if (!first) throw new Error('a cluster without a node');
  await onNode(first.socket, `DROP DATABASE ${GALERA_DATABASE}`);
  await onNode(first.socket, `CREATE DATABASE ${GALERA_DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  const urls = nodes.map(({ url }) => url);
  const servers = await startReplicas(entry, urls);
  return {
    ...fleetOf(servers, () => mysqlSink(first.socket, GALERA_DATABASE)),
    stop: async () => void (await Promise.all(servers.toReversed().map((server) => server.stop()))),
  };
};

async function startShared(): Promise<Galera> {
  const galera = await startGalera(3);
  process.once('exit', galera.abandon);
  return galera;
}
