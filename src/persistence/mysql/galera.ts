import type { DataSource } from 'typeorm';

type Advice = readonly [variable: string, wanted: string, otherwise: string];
const DURABLE: Advice = ['innodb_flush_log_at_trx_commit', '1', 'commits can be lost when it loses power'];
/** What a Galera node should be set to, and what happens where it is not. */
const ADVICE: readonly Advice[] = [
  DURABLE,
  ['wsrep_dirty_reads', 'OFF', 'a node cut off from the cluster would answer from the past'],
  ['binlog_format', 'ROW', 'Galera replicates rows only'],
  ['innodb_autoinc_lock_mode', '2', 'inserts on several nodes deadlock'],
];

/** This node of a cluster must not be worked on as it is. */
class UnfitNode extends Error {
  override readonly name = 'UnfitNode';
  readonly exitCode = 6;
}

/** Undefined where the server is no Galera node; else what an administrator should change. Refuses dirty reads. */
export async function galeraFindings(source: DataSource): Promise<string[] | undefined> {
  const variables = await values(source, 'VARIABLES');
  if (variables.get('wsrep_on') !== 'ON') return undefined;
  const status = (await values(source, 'STATUS')).get('wsrep_cluster_status');
  if (status !== 'Primary')
    throw new UnfitNode(
      `This database node is not in the primary component of its cluster (${status}). Mend the cluster first.`,
    );
  if (variables.get('wsrep_dirty_reads') === 'ON')
    throw new UnfitNode('Set wsrep_dirty_reads = OFF on this database node first.');
  return ADVICE.filter(([name, wanted]) => variables.has(name) && variables.get(name) !== wanted).map(sentence);
}

const sentence = ([name, wanted, otherwise]: Advice): string =>
  `set ${name} = ${wanted} on the database server: otherwise ${otherwise}`;

/** What to change on a server that is no cluster's node. */
export async function durabilityFindings(source: DataSource): Promise<string[]> {
  const level = (await values(source, 'VARIABLES')).get('innodb_flush_log_at_trx_commit');
  return level === undefined || level === '1' ? [] : [sentence(DURABLE)];
}

async function values(source: DataSource, what: 'VARIABLES' | 'STATUS'): Promise<Map<string, string>> {
  const names = [...ADVICE.map(([name]) => name), 'wsrep_on', 'wsrep_cluster_status']
    .map((name) => `'${name}'`)
    .join(', ');
  const rows: { Variable_name: string; Value: string }[] = await source.query(
    `SHOW GLOBAL ${what} WHERE Variable_name IN (${names})`,
  );
  return new Map(rows.map(({ Variable_name, Value }) => [Variable_name, Value]));
}
