import type { StatusName } from '../../src/client/index.js';
import { onNode } from '../galera.js';
import type { Cluster } from './cluster.js';

/** What happens to a cluster; the third node is always on the wrong side, and its server with it. */
export interface ClusterFault {
  readonly what: string;
  readonly begin: (cluster: Cluster) => Promise<unknown> | unknown;
  readonly end: (cluster: Cluster) => Promise<unknown> | unknown;
  /** Whether the first two go on together. */
  readonly majority: boolean;
  /** How a call on the wrong side may end. */
  readonly minority: readonly StatusName[];
}

const TOLD: readonly StatusName[] = ['UNAVAILABLE'];
/** Nobody there says anything, so the caller's own deadline may come first. */
const SILENT: readonly StatusName[] = [...TOLD, 'DEADLINE_EXCEEDED'];

const nodeOf = ({ nodes }: Cluster, index: number) => {
  const node = nodes[index];
  if (!node) throw new Error(`no node ${index}`);
  return node;
};

/** In quick form the first one is tried, and the loss of all. */
export const FAULTS: readonly ClusterFault[] = [
  {
    what: 'two against one',
    begin: ({ network }) => network.pull(2),
    end: ({ network }) => network.plug(2),
    majority: true,
    minority: TOLD,
  },
  {
    what: 'one killed',
    begin: (cluster) => nodeOf(cluster, 2).kill(),
    end: (cluster) => nodeOf(cluster, 2).start(),
    majority: true,
    minority: TOLD,
  },
  {
    what: 'one shut down',
    begin: (cluster) => nodeOf(cluster, 2).end(),
    end: (cluster) => nodeOf(cluster, 2).start(),
    majority: true,
    minority: TOLD,
  },
  {
    what: 'one stopped',
    begin: (cluster) => nodeOf(cluster, 2).signal('SIGSTOP'),
    end: (cluster) => nodeOf(cluster, 2).signal('SIGCONT'),
    majority: true,
    minority: SILENT,
  },
  {
    what: 'two killed',
    begin: (cluster) => Promise.all([nodeOf(cluster, 1).kill(), nodeOf(cluster, 2).kill()]),
    // What its operator does, who knows that the two others are gone.
    end: async (cluster) => {
      await onNode(nodeOf(cluster, 0).socket, "SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES'");
      await nodeOf(cluster, 1).start();
      await nodeOf(cluster, 2).start();
    },
    majority: false,
    minority: TOLD,
  },
];
