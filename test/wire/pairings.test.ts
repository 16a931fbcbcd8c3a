import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MfaSwitch } from '../../generated/sallyport/admin/v1/mfa_policy.js';
import { UserKind } from '../../generated/sallyport/auth/v1/session.js';
import { type Sallyport as Client, connect, type SallyportError } from '../../src/client/index.js';
import { firstAdministrator, firstSignIn, PASSWORD } from '../support/people.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';

/**
 * Who comes to which door, through which component, while multi-factor authentication is on and while it is off: every
 * pairing, by hand from the words of the contract. The proof brought is always the right one.
 */
const COMPONENTS = {
  local: ['people', 'machines'],
  console: ['people'],
  'web-ui': ['people'],
  explorer: ['people'],
  'config-restore': ['people', 'machines'],
  'console-upgrade': ['people', 'machines'],
  shell: ['machines'],
  'rest-api': ['machines'],
  'enterprise-manager': ['machines'],
  'monitoring-agent': ['machines'],
  validator: ['machines'],
  'service-provider-console': ['machines'],
} as const satisfies Readonly<Record<string, readonly ('people' | 'machines')[]>>;

type Id = keyof typeof COMPONENTS;
const IDS = Object.keys(COMPONENTS) as Id[];
const MFA = ['on', 'off'] as const;

// `people` come through these while it is on, through the others only while it is off.
const peopleMayCome = (id: Id, mfa: 'on' | 'off'): boolean =>
  mfa === 'off' || (COMPONENTS[id] as readonly string[]).includes('people');
const machinesMayCome = (id: Id): boolean => (COMPONENTS[id] as readonly string[]).includes('machines');

/** A kind of user at a door, and what is answered. */
const DOORS = [
  [
    'a person at the door of people',
    'StartSignIn',
    'person',
    'password',
    (id: Id, mfa: 'on' | 'off') => (peopleMayCome(id, mfa) ? (mfa === 'on' ? 'challenge' : 'session') : 'MFA_REQUIRED'),
  ],
  [
    'a person at the door of machines',
    'SignInServiceAccount',
    'person',
    'password',
    (id: Id, mfa: 'on' | 'off') => (peopleMayCome(id, mfa) ? 'USE_START_SIGN_IN' : 'MFA_REQUIRED'),
  ],
  ['a person with the secret of a machine', 'SignInServiceAccount', 'person', 'secret', () => 'INVALID_CREDENTIALS'],
  [
    'a service account at the door of machines',
    'SignInServiceAccount',
    'machine',
    'secret',
    (id: Id) => (machinesMayCome(id) ? 'session' : 'COMPONENT_REFUSED'),
  ],
  [
    'a service account with its old password',
    'SignInServiceAccount',
    'machine',
    'password',
    () => 'INVALID_CREDENTIALS',
  ],
  ['a service account at the door of people', 'StartSignIn', 'machine', 'secret', () => 'INVALID_CREDENTIALS'],
  ['nobody known at the door of people', 'StartSignIn', 'nobody', 'password', () => 'INVALID_CREDENTIALS'],
  ['nobody known at the door of machines', 'SignInServiceAccount', 'nobody', 'password', () => 'INVALID_CREDENTIALS'],
  ['nobody known with a secret', 'SignInServiceAccount', 'nobody', 'secret', () => 'INVALID_CREDENTIALS'],
] as const;

let server: Sallyport;
let admin: Client;
let secret: string;
let elsewhere: string;
const clients = new Map<string, Client>();

beforeAll(async () => {
  server = await startSallyport({ env: { SALLYPORT_LOCAL_OVER_TCP: 'false', SALLYPORT_LOG_LEVEL: 'warn' } });
  const local = connect({ address: server.socket });
  clients.set('local', local);
  const first = await firstAdministrator(server, local);
  admin = local.withSession(first.session);
  for (const id of IDS.slice(1)) {
    const { componentKey } = await admin.admin.createComponentKey({ componentId: id });
    clients.set(id, connect({ address: server.address, componentKey }));
  }
  for (const username of ['person', 'machine']) {
    const { oneTimePassword } = await admin.admin.createUser({ username });
    await firstSignIn(server, local, username, oneTimePassword);
  }
  const owner = await admin.auth.validateSession({ sessionToken: first.session });
  const { user } = await admin.admin.getUser({ user: { $case: 'username', value: 'machine' } });
  const userId = user?.userId ?? '';
  const kind = UserKind.USER_KIND_SERVICE_ACCOUNT;
  await admin.admin.setServiceAccount({ userId, kind, reason: 'pairings', ownerUserId: owner.userId });
  const make = { userId, componentIds: IDS };
  ({ secret } = await admin.admin.createServiceSecret({ ...make, networks: ['127.0.0.1/32'] }));
  ({ secret: elsewhere } = await admin.admin.createServiceSecret({
    ...make,
    networks: ['192.0.2.0/24', '2001:db8::/32'],
  }));
}, 120_000);

afterAll(async () => {
  for (const client of clients.values()) client.close();
  await server?.stop();
});

const clientFor = (id: Id): Client => {
  const client = clients.get(id);
  if (!client) throw new Error(`no client for ${id}`);
  return client;
};

/** The stage or session that comes, or the reason. */
async function knock(
  id: Id,
  door: 'StartSignIn' | 'SignInServiceAccount',
  username: string,
  proof: string,
): Promise<string> {
  const { auth } = clientFor(id);
  const come = async (): Promise<string> => {
    if (door === 'StartSignIn')
      return (await auth.startSignIn({ username, password: proof })).step?.step?.$case ?? 'nothing';
    const { session } = await auth.signInServiceAccount({ username, secret: proof });
    const { userKind } = await auth.validateSession({ sessionToken: session?.sessionToken ?? '' });
    return userKind === UserKind.USER_KIND_SERVICE_ACCOUNT ? 'session' : 'a session of another kind';
  };
  return come().catch(({ reason }: SallyportError) => String(reason));
}

describe.each(MFA)('while multi-factor authentication is %s', (mfa) => {
  beforeAll(async () => {
    const mfaSwitch = mfa === 'on' ? MfaSwitch.MFA_SWITCH_ON : MfaSwitch.MFA_SWITCH_OFF;
    await admin.admin.updateMfaPolicy({ policy: { mfaSwitch }, updateMask: ['mfa_switch'] });
  });

  test.each(DOORS)('%s', async (_, door, who, proof, wanted) => {
    const said: Record<string, string> = {};
    for (const id of IDS) {
      const username = who === 'nobody' ? `nobody-at-${id}` : who;
      said[id] = await knock(id, door, username, proof === 'password' ? PASSWORD : secret);
      if (who !== 'nobody') await unlock(who);
    }
    expect(said).toEqual(Object.fromEntries(IDS.map((id) => [id, wanted(id, mfa)])));
  });

  test('a service account from another network', async () => {
    for (const id of IDS) {
      const wanted = machinesMayCome(id) ? 'NETWORK_REFUSED' : 'COMPONENT_REFUSED';
      expect([id, await knock(id, 'SignInServiceAccount', 'machine', elsewhere)]).toEqual([id, wanted]);
    }
  });

  test('a component that proved itself says where a program is, and `local` is not believed', async () => {
    const clientContext = { address: '2001:db8::7', description: 'from the branch office' };
    const come = { username: 'machine', secret: elsewhere, clientContext };
    const { session } = await clientFor('rest-api').auth.signInServiceAccount(come);
    expect(session?.sessionToken).toMatch(/^sst_/);
    const local = clientFor('local').auth.signInServiceAccount(come);
    await expect(local).rejects.toMatchObject({ reason: 'NETWORK_REFUSED', status: 'PERMISSION_DENIED' });
  });
});

/** Ends the wait that wrong passwords of one row of the table would bring. */
async function unlock(username: string): Promise<void> {
  const { user } = await admin.admin.getUser({ user: { $case: 'username', value: username } });
  await admin.admin.unlockUser({ userId: user?.userId ?? '' });
}
