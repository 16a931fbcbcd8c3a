import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserKind } from '../../generated/sallyport/auth/v1/session.js';
import type { SallyportError } from '../../src/client/index.js';
import { readContract } from '../support/contract.js';
import { clientOf } from '../support/people.js';
import {
  ADMINISTRATION,
  AUTHENTICATION,
  COLUMNS,
  type Component,
  components,
  expected,
  expectedOfMachine,
  roles,
  rowsOf,
} from './method-table.js';
import { answer, type MethodWorld, openMethodWorld } from './method-world.js';

let world: MethodWorld;
beforeAll(async () => {
  world = await openMethodWorld();
}, 120_000);
afterAll(() => world?.close());

const CONTRACT = readContract();

test('the tables have a row for every method, and no other', () => {
  const rows = [
    ...rowsOf(ADMINISTRATION)
      .slice(1)
      .map(([method]) => `admin/${method}`),
    ...rowsOf(AUTHENTICATION)
      .slice(1)
      .map(([method]) => `auth/${method}`),
  ];
  expect(rows.sort()).toEqual(CONTRACT.map(({ name }) => name).sort());
  expect(rowsOf(ADMINISTRATION)[0]).toEqual(Object.keys(COLUMNS));
});

const person = (role: string | undefined, { id, administration }: Component) => ({
  session: role === undefined ? undefined : world.sessionOf(role, id),
  expect: (name: string) => expected(name, role, administration),
});

const machine = (role: string, { id, administration }: Component) => ({
  session: world.machineSessionOf(role, id),
  expect: (name: string) => expectedOfMachine(name, role, administration),
});

/** Asks every method through one component and says what was expected and what came. */
async function compare(component: Component, { session, expect: wants }: ReturnType<typeof person>) {
  const said = await Promise.all(
    CONTRACT.map(async (method) => [method.name, await answer(world.clientFor(component.id), method, session)]),
  );
  const wanted = CONTRACT.map(({ name }) => [name, wants(name)]);
  return { said: Object.fromEntries(said), wanted: Object.fromEntries(wanted) };
}

describe.each(components)('through $id, every method answers', (component) => {
  test.each(roles)(
    'a %s as the tables say',
    async (role) => {
      const { said, wanted } = await compare(component, person(role, component));
      expect(said).toEqual(wanted);
    },
    60_000,
  );

  test('to nobody in particular as the tables say', async () => {
    const { said, wanted } = await compare(component, person(undefined, component));
    expect(said).toEqual(wanted);
  });
});

describe.each(components.filter(({ machines }) => machines))('through $id, every method answers', (component) => {
  test.each(roles)(
    'a service account that is a %s as the tables say',
    async (role) => {
      const { said, wanted } = await compare(component, machine(role, component));
      expect(said).toEqual(wanted);
    },
    60_000,
  );
});

test('without a component every method is COMPONENT_REQUIRED, whatever session comes with it', async () => {
  const nobody = clientOf(world.server);
  const session = world.sessionOf('backup-administrator', 'local');
  for (const method of CONTRACT) {
    const wanted = method.name === 'auth/GetServerTime' ? 'OK' : 'COMPONENT_REQUIRED';
    expect([method.name, await answer(nobody, method), await answer(nobody, method, session)]).toEqual([
      method.name,
      wanted,
      wanted,
    ]);
  }
  nobody.close();
});

test("a session is its own component's alone", async () => {
  const session = world.sessionOf('backup-administrator', 'console');
  for (const method of CONTRACT.filter(({ name }) => name.startsWith('admin/')))
    expect([method.name, await answer(world.clientFor('web-ui'), method, session)]).toEqual([
      method.name,
      'SESSION_REQUIRED',
    ]);
});

describe('once multi-factor authentication is on', () => {
  beforeAll(async () => {
    await world.switchMfaOn();
  });

  test('sessions by password alone are inactive, through every component', async () => {
    const validate = (sessionToken: string) =>
      world
        .clientFor('local')
        .auth.validateSession({ sessionToken })
        .then(
          () => 'active',
          ({ reason }: SallyportError) => reason,
        );
    const asked = await Promise.all([...world.sessions.values()].map(validate));
    expect(new Set(asked)).toEqual(new Set(['SESSION_INACTIVE']));
  });

  test('sessions of service accounts go on, through every component', async () => {
    const local = world.clientFor('local');
    const asked = [...world.machineSessions.values()].map((sessionToken) =>
      local.auth.validateSession({ sessionToken }),
    );
    const kinds = (await Promise.all(asked)).map(({ userKind }) => userKind);
    expect(new Set(kinds)).toEqual(new Set([UserKind.USER_KIND_SERVICE_ACCOUNT]));
    expect(kinds).toHaveLength(roles.length * 9);
  });

  test.each(components)(
    'a person with the right password comes through $id as the table says',
    async ({ id, people }) => {
      const asked = await world.signIn(id, 'backup-viewer').then(
        (step) => step?.$case,
        ({ reason }: SallyportError) => reason,
      );
      expect(asked).toBe(people ? 'enrollment' : 'MFA_REQUIRED');
    },
  );

  test.each(components)(
    'a wrong password tells nothing of the policy of $id, nor does an unknown name',
    async ({ id }) => {
      const known = roles[components.findIndex((component) => component.id === id) % roles.length] ?? '';
      for (const username of [known, `nobody-${id}`]) {
        const wrong = world.clientFor(id).auth.startSignIn({ username, password: 'wrong' });
        await expect(wrong).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
      }
    },
  );
});
