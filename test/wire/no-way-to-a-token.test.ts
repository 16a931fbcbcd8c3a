import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Sallyport as Client, connect, type SallyportError } from '../../src/client/index.js';
import type { Component } from '../../src/domain/component/component.js';
import { readContract } from '../support/contract.js';
import { type Alter, type Here, startHere } from '../support/start-here.js';
import { allCases, type Case, nameOf, nearCases } from './token-cases.js';
import { KNOCKS } from './token-knocks.js';
import { COMPONENT_IDS, DOORS, POLICIES } from './token-model.js';
import { bring } from './token-states.js';

/** A session token comes exactly where an independent model says so: every door, in every state that bears on it. */
let here: Here;
const clients = new Map<string, Client>();

beforeAll(async () => {
  here = await startHere();
  here.insert('components', component('custom-open', 'always', 1));
  here.insert('components', component('custom-shut', 'never', 0));
  for (const id of COMPONENT_IDS) clients.set(id, connectAs(id));
});

afterAll(async () => {
  for (const client of clients.values()) client.close();
  await here?.stop();
});

const component = (id: string, people: string, serviceAccounts: number) => ({
  id,
  name: id,
  name_key: Buffer.from(id),
  people,
  service_accounts: serviceAccounts,
});

function connectAs(componentId: string): Client {
  if (componentId === 'local') return connect({ address: here.address });
  const id = here.newId();
  const secret = here.newTokenSecret();
  const { digest, keyId } = here.tokenHashes.hash('component-key', { rowId: id, ownerId: componentId }, secret);
  here.insert('component_keys', { id, component_id: componentId, digest, key_id: keyId });
  return connect({ address: here.address, componentKey: `spk_${id}_${secret}` });
}

const clientOf = (id: string): Client => {
  const client = clients.get(id);
  if (!client) throw new Error(`no client of ${id}`);
  return client;
};

function setPolicy(policy: Case['policy']): void {
  here.run('DELETE FROM external_groups');
  here.run('UPDATE mfa_policy SET is_on = ?, switched_on_at = ?', policy === 'on' ? 1 : 0, Date.now());
  if (policy === 'groups')
    here.insert('external_groups', { id: here.newId(), name: 'staff', name_key: Buffer.from('staff') });
}

// With an answer that tells nothing of the rules the test itself would be broken. Reauthenticate asks for the other proof.
const saysNothing = ({ each, came }: Result): boolean =>
  (came === 'FIELDS_INVALID' && !each.door.startsWith('Reauthenticate')) ||
  ['INTERNAL', 'BACKEND_UNAVAILABLE', 'OVERLOADED', 'CONFLICT', 'COMPONENT_REQUIRED'].includes(came) ||
  !/^([A-Z_]+|(a |no )?token.*)$/.test(came);

/** `token` for one that names a session of this very user; the reason, or `no token`; whose token it is that should not be. */
async function knock(each: Case): Promise<string> {
  const somebody = await bring(here, each);
  try {
    const token = await KNOCKS[each.door](clientOf(each.component), somebody);
    if (token === undefined) return 'no token';
    const owner = await clientOf('local')
      .auth.validateSession({ sessionToken: token })
      .then(
        ({ userId }) => userId,
        () => 'nobody',
      );
    return owner === somebody.userId ? 'token' : `a token of ${owner}`;
  } catch (error) {
    const { reason, status } = error as SallyportError;
    return reason ?? status ?? String(error);
  }
}

interface Result {
  readonly each: Case;
  readonly came: string;
}

async function knockAll(cases: readonly Case[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const policy of POLICIES) {
    setPolicy(policy);
    const waiting = cases.filter((each) => each.policy === policy);
    const worker = async (): Promise<void> => {
      for (let each = waiting.pop(); each; each = waiting.pop()) results.push({ each, came: await knock(each) });
    };
    await Promise.all(Array.from({ length: 16 }, worker));
  }
  return results;
}

const differing = (results: readonly Result[]): string[] =>
  results
    .filter(({ each, came }) => came.startsWith('a token') || (came === 'token') !== DOORS[each.door](each))
    .map(({ each, came }) => `${nameOf(each)}: ${came}`);

test('every method whose answer can hold a session token has a door in the model', () => {
  const methods = readContract().filter(({ answerFields }) => answerFields.has('session_token'));
  const modelled = Object.keys(DOORS).map((door) => door.split(' ')[0]);
  expect(new Set(modelled)).toEqual(new Set(methods.map(({ name }) => name.replace('auth/', ''))));
});

test('a token comes where the model says so, and nowhere else', async () => {
  const cases = allCases();
  expect(cases.length).toBeGreaterThan(2000);

  const results = await knockAll(cases);

  expect(differing(results)).toEqual([]);
  expect(results.filter(saysNothing)).toEqual([]);
  for (const door of Object.keys(DOORS))
    expect(results.filter(({ each, came }) => each.door === door && came === 'token').length).toBeGreaterThan(10);
}, 240_000);

const BROKEN: Readonly<Record<string, Alter>> = {
  'no wait is looked at when a session is opened': (stores) => ({
    ...stores,
    waits: { ...stores.waits, of: async () => undefined },
  }),
  'the version and the state of a user are not compared': (stores) => ({
    ...stores,
    users: { ...stores.users, touch: async () => true },
  }),
  'every component admits everybody': (stores) => ({
    ...stores,
    components: { ...stores.components, byId: async (id) => open(await stores.components.byId(id)) },
  }),
  'the policy is off to whoever asks inside a unit': (stores) => ({
    ...stores,
    policy: { ...stores.policy, get: async () => ({ ...(await stores.policy.get()), on: false }) },
  }),
  'a suspended device proves': (stores) => ({
    ...stores,
    factors: {
      ...stores.factors,
      of: async (userId) => (await stores.factors.of(userId)).map((factor) => ({ ...factor, suspended: false })),
    },
  }),
  'a step is accepted again': (stores) => ({
    ...stores,
    factors: { ...stores.factors, spendStep: async () => true },
  }),
  'a revoked secret is still one': (stores) => ({
    ...stores,
    serviceSecrets: {
      ...stores.serviceSecrets,
      byId: async (id) => {
        const secret = await stores.serviceSecrets.byId(id);
        return secret && { ...secret, revokedAt: undefined };
      },
      use: async () => true,
    },
  }),
  'a sign-in that somebody else ended goes on': (stores) => ({
    ...stores,
    signIns: {
      ...stores.signIns,
      byId: async (id) => {
        const signIn = await stores.signIns.byId(id);
        return signIn && { ...signIn, state: 'open' };
      },
      finish: async () => true,
    },
  }),
};

const open = (component: Component | undefined): Component | undefined =>
  component && { ...component, people: 'always', serviceAccounts: true };

describe('the model notices when', () => {
  afterEach(() => here.breakBy());

  test.each(Object.entries(BROKEN))('%s', async (_, alter) => {
    here.breakBy(alter);
    expect(differing(await knockAll(nearCases()))).not.toEqual([]);
  });
});
