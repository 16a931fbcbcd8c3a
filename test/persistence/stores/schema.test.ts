import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUILT_IN_COMPONENTS } from '../../../src/domain/component/built-in-components.js';
import { BUILT_IN_ROLES } from '../../../src/domain/role/built-in-roles.js';
import { parseDatabaseUrl } from '../../../src/persistence/index.js';
import { openMysql } from '../../../src/persistence/mysql/data-source.js';
import { openSqliteWriter } from '../../../src/persistence/sqlite/data-source.js';
import { type OpenStores, onEachEngine, openStores } from '../../support/engines.js';

const connect = (url: string): Promise<DataSource> => {
  const address = parseDatabaseUrl(url);
  return address.engine === 'sqlite' ? openSqliteWriter(address.path) : openMysql(address, 2, 'schema');
};

onEachEngine((engine) => {
  let open: OpenStores;
  let source: DataSource;
  beforeAll(async () => {
    open = await openStores(engine);
    source = await connect(open.url);
  });
  afterAll(async () => {
    await source.destroy();
    await open.close();
  });

  test('the migrations make exactly what the entities say', async () => {
    const drift = await source.driver.createSchemaBuilder().log();
    expect(drift.upQueries.map(({ query }) => query)).toEqual([]);
  });

  test('a new database holds the built-in roles, components and the default policy', async () => {
    const all = { limit: 100, after: undefined };
    const roles = await open.reads((stores) => stores.roles.list(all));
    const components = await open.reads((stores) => stores.components.list(all));
    const policy = await open.reads((stores) => stores.policy.get());
    expect(roles.map(({ id }) => id).toSorted()).toEqual(BUILT_IN_ROLES.map(({ id }) => id).toSorted());
    expect(components.map(({ id }) => id).toSorted()).toEqual(BUILT_IN_COMPONENTS.map(({ id }) => id).toSorted());
    expect(policy).toMatchObject({
      on: true,
      issuer: 'Sallyport',
      windowSteps: 1,
      enrollmentProof: 'code_after_reset',
    });
  });
});
