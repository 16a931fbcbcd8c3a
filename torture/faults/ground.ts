import { type Sallyport as Client, connect } from '../../src/client/index.js';
import type { UnitOfWork } from '../../src/domain/stores.js';
import { type Here, startHere } from '../../test/support/start-here.js';
import { differing, type Row, stateOf, type Tables } from './rows.js';
import { tapSqlite } from './tap-sqlite.js';
import { withoutAnchor } from './without-anchor.js';

/** A product in this process, whose statements are tapped, on rows that can be put back. */
export interface Ground {
  /** Where rows are written that calls start from. */
  readonly here: Here;
  readonly client: Client;
  /** From now on the rows that are there are those that are put back. */
  readonly settle: () => Promise<void>;
  readonly putBack: () => Promise<void>;
  /** A promise only where the engine has to be waited for. */
  readonly state: () => string | Promise<string>;
  readonly stop: () => Promise<void>;
}

export type BrokenUnits = (unitOfWork: UnitOfWork) => UnitOfWork;
export type OpenGround = (brokenUnits?: BrokenUnits) => Promise<Ground>;

export const onSqlite: OpenGround = async (brokenUnits) => {
  tapSqlite();
  const here = await withoutTimers(() => startHere({}, brokenUnits, { keepAnchor: withoutAnchor }));
  const client = connect({ address: here.address });
  let settled: Tables = new Map();
  return {
    here,
    client,
    settle: async () => {
      settled = tablesOf(here);
    },
    putBack: async () => {
      here.run('BEGIN IMMEDIATE');
      for (const [name, rows] of differing(settled, tablesOf(here))) {
        here.run(`DELETE FROM ${name}`);
        for (const row of rows) here.insert(name, row);
      }
      here.run('COMMIT');
    },
    state: () => stateOf(tablesOf(here)),
    stop: async () => {
      client.close();
      await here.stop();
    },
  };
};

/** What is an engine's own, or says that a service is there. */
const LEFT_ALONE = /^(migration|replicas)/;

/** All rows but those. */
export function tablesOf(here: Here): Tables {
  const named = here.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
  const names = (named as { name: string }[]).map(({ name }) => name).filter((name) => !LEFT_ALONE.test(name));
  return new Map(names.map((name) => [name, here.all(`SELECT * FROM ${name}`) as Row[]]));
}

/** What a server does every few seconds would be counted among the statements of a call. */
export async function withoutTimers<T>(start: () => Promise<T>): Promise<T> {
  const sound = globalThis.setInterval;
  globalThis.setInterval = ((): NodeJS.Timeout => sound(() => undefined, 2 ** 31 - 1).unref()) as typeof setInterval;
  try {
    return await start();
  } finally {
    globalThis.setInterval = sound;
  }
}
