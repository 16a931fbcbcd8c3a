import type { QueryRunner } from 'typeorm';
import { BUILT_IN_COMPONENTS } from '../../domain/component/built-in-components.js';
import { DEFAULT_POLICY } from '../../domain/policy/default-policy.js';
import { BUILT_IN_ROLES } from '../../domain/role/built-in-roles.js';
import { nameKey } from '../name-key.js';

/** The built-in roles and components, the policy's defaults and the shared row. Instants are set when the installation is founded. */
export class BuiltIns1764000000002 {
  readonly name = 'BuiltIns1764000000002';

  async up(runner: QueryRunner): Promise<void> {
    await this.down(runner);
    await insert(runner, 'roles', BUILT_IN_ROLES.map(roleRow));
    await insert(runner, 'components', BUILT_IN_COMPONENTS.map(componentRow));
    await insert(runner, 'mfa_policy', [policyRow]);
    await insert(runner, 'invariants', INVARIANTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['roles', 'components', 'mfa_policy', 'invariants']) await runner.query(`DELETE FROM ${table}`);
  }
}

const INVARIANTS = ['administration', 'keys'].map((name) => ({ name, version: 0 }));

type Row = Readonly<Record<string, unknown>>;

async function insert(runner: QueryRunner, table: string, rows: readonly Row[]): Promise<void> {
  for (const row of rows) await runner.manager.createQueryBuilder().insert().into(table).values(row).execute();
}

const roleRow = (role: (typeof BUILT_IN_ROLES)[number]): Row => ({
  id: role.id,
  name: role.name,
  name_key: nameKey(role.name),
  description: role.description,
  built_in: 1,
  permissions: role.permissions.join(' '),
  created_at: 0,
});

const componentRow = (component: (typeof BUILT_IN_COMPONENTS)[number]): Row => ({
  id: component.id,
  name: component.name,
  name_key: nameKey(component.name),
  description: component.description,
  built_in: 1,
  people: component.people,
  service_accounts: component.serviceAccounts ? 1 : 0,
  administration: component.administration ? 1 : 0,
  created_at: 0,
});

const policyRow: Row = {
  id: 1,
  is_on: DEFAULT_POLICY.on ? 1 : 0,
  issuer: DEFAULT_POLICY.issuer,
  window_steps: DEFAULT_POLICY.windowSteps,
  session_lifetime: DEFAULT_POLICY.sessionLifetime,
  session_idle_timeout: DEFAULT_POLICY.sessionIdleTimeout,
  enrollment_proof: DEFAULT_POLICY.enrollmentProof,
  switched_on_at: 0,
  updated_at: 0,
};
