import { existsSync, readFileSync } from 'node:fs';
import { connect } from '../../src/client/index.js';
import { createAuthority } from '../../test/support/certificates.js';
import { type Client, codeFor, firstAdministrator, PASSWORD } from '../../test/support/people.js';
import { type Sallyport, startSallyport } from '../../test/support/sallyport.js';
import { type Door, doorAt } from './door.js';

/** A server to be ill-treated, and somebody who uses it as it is meant. */
export interface Target {
  readonly server: Sallyport;
  readonly door: Door;
  /** With an administrator's session and a component's key: what is refused at the door goes no deeper. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Ids and names that are there. */
  readonly known: readonly string[];
  readonly good: GoodClient;
  /** Whether the process that was started still runs. */
  readonly alive: () => boolean;
  readonly close: () => Promise<void>;
}

export interface GoodClient {
  /** Throws unless the session is told of within two seconds, through a connection of its own. */
  readonly asks: () => Promise<void>;
}

const SOON = 2000;

/** Starts a server behind plaintext or TLS, with everybody in it that is needed. */
export async function startTarget(tls: boolean, entry?: string): Promise<Target> {
  const authority = tls ? createAuthority() : undefined;
  const pair = authority?.sign('server');
  const server = await startSallyport({
    ...(entry === undefined ? {} : { entry }),
    env: {
      SALLYPORT_LOG_LEVEL: 'error',
      ...(pair ? { SALLYPORT_TLS_CERTIFICATE_FILE: pair.certificate, SALLYPORT_TLS_KEY_FILE: pair.key } : {}),
    },
  });
  const ca = authority && readFileSync(authority.certificate);
  const through = ca ? { tls: { ca, serverName: 'localhost' } } : {};
  const inside = connect({ address: server.socket });
  const { session, key, known } = await settle(server, inside);
  inside.close();
  const { pid } = server;
  return {
    server,
    door: doorAt(server.address, ca),
    metadata: { authorization: `Bearer ${session}`, 'sallyport-component-key': key },
    known,
    good: {
      asks: async () => {
        const client = connect({ address: server.address, componentKey: key, deadlineMs: SOON, ...through });
        try {
          await client.auth.validateSession({ sessionToken: session });
        } finally {
          client.close();
        }
      },
    },
    alive: () => existsSync(`/proc/${pid}`),
    close: async () => {
      await server.kill();
      await server.stop();
      authority?.remove();
    },
  };
}

async function settle(server: Sallyport, client: Client) {
  const { session: first, secret } = await firstAdministrator(server, client);
  const { user } = await client.admin.createUser({ username: 'victim' }, { session: first });
  const { componentKey: key } = await client.admin.createComponentKey({ componentId: 'console' }, { session: first });
  // A session belongs to the component that opened it.
  const session = await signIn(server, secret, key);
  const names = ['victim', 'administrator', 'rest-api', 'totp', 'mfa.manage', 'audit.read'];
  return { session, key, known: [user?.userId ?? 'victim', ...names] };
}

async function signIn(server: Sallyport, secret: string, componentKey: string): Promise<string> {
  const client = connect({ address: server.socket, componentKey });
  const { step } = await client.auth.startSignIn({ username: 'administrator', password: PASSWORD });
  if (step?.step?.$case !== 'challenge') throw new Error('expected a challenge');
  const { signInToken } = step.step.value;
  const verified = await client.auth.verifyOtp({ signInToken, code: codeFor(server, secret, 1) });
  client.close();
  if (verified.step?.step?.$case !== 'session') throw new Error('expected a session');
  return verified.step.step.value.sessionToken;
}
