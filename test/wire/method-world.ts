import { MfaSwitch } from '../../generated/sallyport/admin/v1/mfa_policy.js';
import { UserKind } from '../../generated/sallyport/auth/v1/session.js';
import { type Sallyport as Client, connect, type SallyportError } from '../../src/client/index.js';
import { firstAdministrator, firstSignIn, PASSWORD } from '../support/people.js';
import { startSallyport } from '../support/sallyport.js';
import { components, HARMLESS, roles, UNGUARDED } from './method-table.js';

export type MethodWorld = Awaited<ReturnType<typeof openMethodWorld>>;

/**
 * A server with a person and a service account for every role, each signed in through every component that admits them.
 * Multi-factor authentication is off at first, so that people may come through every component.
 */
export async function openMethodWorld() {
  const server = await startSallyport({ env: { SALLYPORT_LOCAL_OVER_TCP: 'false', SALLYPORT_LOG_LEVEL: 'warn' } });
  const local = connect({ address: server.socket });
  const clients = new Map([['local', local]]);
  const sessions = new Map<string, string>();
  const machineSessions = new Map<string, string>();
  const first = await firstAdministrator(server, local);
  const admin = local.withSession(first.session);
  await switchMfa(admin, MfaSwitch.MFA_SWITCH_OFF);
  for (const { id } of components.slice(1)) {
    const { componentKey } = await admin.admin.createComponentKey({ componentId: id });
    clients.set(id, connect({ address: server.address, componentKey }));
  }
  const { role } = await admin.admin.createRole({ name: 'All Unguarded', permissions: UNGUARDED.split(' ') });
  const owner = await admin.auth.validateSession({ sessionToken: first.session });

  const clientFor = (component: string): Client => {
    const client = clients.get(component);
    if (!client) throw new Error(`no client for ${component}`);
    return client;
  };
  const signIn = async (component: string, username: string) => {
    const { step } = await clientFor(component).auth.startSignIn({ username, password: PASSWORD });
    return step?.step;
  };

  async function signInPerson(username: string, roleIds: string[]): Promise<void> {
    const { oneTimePassword } = await admin.admin.createUser({ username, roleIds });
    await firstSignIn(server, local, username, oneTimePassword);
    for (const { id } of components) {
      const step = await signIn(id, username);
      if (step?.$case !== 'session') throw new Error(`${username} through ${id}: ${step?.$case}`);
      sessions.set(key(username, id), step.value.sessionToken);
    }
  }

  /** A service account with the same role, signed in through every component that admits it. */
  async function signInMachine(roleName: string, roleIds: string[]): Promise<void> {
    const username = `machine-${roleName}`;
    const { user } = await admin.admin.createUser({ username, roleIds });
    const userId = user?.userId ?? '';
    const kind = UserKind.USER_KIND_SERVICE_ACCOUNT;
    await admin.admin.setServiceAccount({ userId, kind, reason: 'test', ownerUserId: owner.userId });
    const componentIds = components.map(({ id }) => id);
    const { secret } = await admin.admin.createServiceSecret({ userId, componentIds, networks: ['127.0.0.0/8'] });
    for (const { id, machines } of components) {
      if (!machines) continue;
      const { session } = await clientFor(id).auth.signInServiceAccount({ username, secret });
      machineSessions.set(key(roleName, id), session?.sessionToken ?? '');
    }
  }

  for (const username of roles) {
    const roleIds = [username === 'all-unguarded' ? (role?.roleId ?? '') : username];
    await signInPerson(username, roleIds);
    await signInMachine(username, roleIds);
  }
  return {
    server,
    clientFor,
    signIn,
    sessions,
    machineSessions,
    sessionOf: (roleName: string, component: string) => sessions.get(key(roleName, component)),
    machineSessionOf: (roleName: string, component: string) => machineSessions.get(key(roleName, component)),
    switchMfaOn: () => switchMfa(admin, MfaSwitch.MFA_SWITCH_ON),
    close: async () => {
      for (const client of clients.values()) client.close();
      await server.stop();
    },
  };
}

const key = (role: string, component: string): string => `${role} through ${component}`;

const switchMfa = (admin: Client, mfaSwitch: MfaSwitch) =>
  admin.admin.updateMfaPolicy({ policy: { mfaSwitch }, updateMask: ['mfa_switch'] });

const pass = (bytes: Buffer): Buffer => bytes;

/** What a method says to a request that changes nothing: OK, or why not. */
export function answer(client: Client, method: { name: string; path: string }, session?: string): Promise<string> {
  const bytes = Buffer.from(HARMLESS[method.name] ?? []);
  const shape = { path: method.path, requestSerialize: pass, responseDeserialize: pass };
  return client.unary(shape, bytes, { session, deadlineMs: 30_000 }).then(
    () => 'OK',
    ({ reason, status }: SallyportError) => reason ?? status,
  );
}
