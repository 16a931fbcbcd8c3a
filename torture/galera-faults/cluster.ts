import type { Sallyport } from '../../test/support/sallyport.js';
import { enrol, type Person, type Staff } from '../enrol.js';
import { startReplicas } from '../fleet.js';
import { GALERA_DATABASE, type GaleraNode, onNode, startGalera } from '../galera.js';
import { type Network, openNetwork } from './network.js';

const NODES = 3;

interface Machines {
  readonly nodes: readonly GaleraNode[];
  readonly network: Network;
}

/** Three nodes with cables between them, a server on each, and people. */
export interface Cluster extends Machines {
  readonly servers: readonly [Sallyport, Sallyport, Sallyport];
  readonly staff: Staff;
  readonly erin: Person;
  readonly hugo: Person;
  readonly stop: () => Promise<void>;
}

let shared: Promise<Machines> | undefined;

/** The machines are the run's, made when first asked for; servers and data are new. */
export async function startCluster(entry: string): Promise<Cluster> {
  shared ??= startMachines();
  const machines = await shared;
  const [first] = machines.nodes;
  if (!first) throw new Error('a cluster without a node');
  await onNode(first.socket, `DROP DATABASE ${GALERA_DATABASE}`);
  await onNode(first.socket, `CREATE DATABASE ${GALERA_DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  const servers = await startReplicas(
    entry,
    machines.nodes.map(({ url }) => url),
  );
  const [leader] = servers;
  if (!leader) throw new Error('a cluster without a server');
  const staff = await enrol(leader, ['erin', 'hugo']);
  const [erin, hugo] = staff.people as [Person, Person];
  return {
    ...machines,
    servers: servers as [Sallyport, Sallyport, Sallyport],
    staff,
    erin,
    hugo,
    stop: async () => void (await Promise.all(servers.toReversed().map((server) => server.stop()))),
  };
}

async function startMachines(): Promise<Machines> {
  const network = openNetwork(NODES);
  try {
    const galera = await startGalera(NODES, network);
    process.once('exit', () => {
      galera.abandon();
      network.close();
    });
    return { nodes: galera.nodes, network };
  } catch (error) {
    network.close();
    throw error;
  }
}
