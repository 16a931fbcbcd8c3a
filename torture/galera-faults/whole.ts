import { BACKUP_ADMINISTRATOR } from '../../src/domain/role/permissions.js';
import { GALERA_DATABASE, type GaleraNode, onNode } from '../galera.js';
import { until } from '../until.js';

const LONGEST = 60_000;

interface Said {
  readonly cluster: string;
  readonly size: string;
  readonly status: string;
  readonly state: string;
}

/** Waits until every node says that it is in the one primary component with all others: two clusters would judge apart. */
export async function untilWhole(nodes: readonly GaleraNode[]): Promise<void> {
  let said: readonly Said[] = [];
  const isWhole = async (): Promise<boolean> => {
    said = await Promise.all(nodes.map(saidBy));
    return said.every(
      ({ cluster, size, status, state }) =>
        cluster === said[0]?.cluster && size === String(nodes.length) && status === 'Primary' && state === 'Synced',
    );
  };
  await until(LONGEST, isWhole).catch((late: Error) => {
    throw new Error(`the cluster is not whole ${late.message}: ${JSON.stringify(said)}`);
  });
}

/** Who administers, as each node has it: where they differ it was not one cluster that answered. */
export async function administratorsBy(nodes: readonly GaleraNode[]): Promise<string> {
  const sql = `SELECT user_id FROM ${GALERA_DATABASE}.user_roles WHERE role_id = '${BACKUP_ADMINISTRATOR}' ORDER BY user_id`;
  const told = await Promise.all(
    nodes.map(async (node) => ({
      ...(await saidBy(node)),
      administrators: await onNode(node.socket, sql).catch(String),
    })),
  );
  return JSON.stringify(told);
}

async function saidBy({ socket }: GaleraNode): Promise<Said> {
  const sql = `SHOW STATUS WHERE Variable_name IN
    ('wsrep_cluster_state_uuid', 'wsrep_cluster_size', 'wsrep_cluster_status', 'wsrep_local_state_comment')`;
  const rows = (await onNode(socket, sql).catch(() => [])) as { Variable_name: string; Value: string }[];
  const of = (name: string): string => rows.find((row) => row.Variable_name === name)?.Value ?? 'silent';
  return {
    cluster: of('wsrep_cluster_state_uuid'),
    size: of('wsrep_cluster_size'),
    status: of('wsrep_cluster_status'),
    state: of('wsrep_local_state_comment'),
  };
}
