import type { QueryRunner } from 'typeorm';
import { compareBytewise, createTables } from './create-tables.js';
import { accessTables } from './first-tables/access-tables.js';
import { auditTables } from './first-tables/audit-tables.js';
import { installationTables } from './first-tables/installation-tables.js';
import { secondFactorTables } from './first-tables/second-factor-tables.js';
import { signInTables } from './first-tables/sign-in-tables.js';
import { userTables } from './first-tables/user-tables.js';

const TABLES = {
  ...installationTables,
  ...userTables,
  ...accessTables,
  ...secondFactorTables,
  ...signInTables,
  ...auditTables,
};

/** Every table of the first release. Written out, not derived from the entities, so that the drift test compares two texts. */
export class FirstTables1764000000001 {
  readonly name = 'FirstTables1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await compareBytewise(runner);
    await createTables(runner, TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(TABLES).reverse()) await runner.dropTable(table);
  }
}
