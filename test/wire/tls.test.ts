import { X509Certificate } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { connect as connectTls } from 'node:tls';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ValidateSessionRequest } from '../../generated/sallyport/auth/v1/auth_service.js';
import { connect, type SallyportError } from '../../src/client/index.js';
import { type Authority, createAuthority, fingerprintOf, type Pair } from '../support/certificates.js';
import { requireTools } from '../support/foreign.js';
import { type Client, firstAdministrator } from '../support/people.js';
import { type RawAnswer, rawCall } from '../support/raw-call.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';
import { DRIVERS } from './drivers.js';

let authority: Authority;
let served: Pair;
let server: Sallyport;
let admin: Client;
let session: string;

beforeAll(async () => {
  authority = createAuthority();
  served = authority.sign('server');
  server = await startSallyport({
    env: {
      SALLYPORT_TLS_CERTIFICATE_FILE: served.certificate,
      SALLYPORT_TLS_KEY_FILE: served.key,
      SALLYPORT_TLS_CLIENT_CA_FILE: authority.certificate,
    },
  });
  const local = connect({ address: server.socket });
  ({ session } = await firstAdministrator(server, local));
  admin = local.withSession(session);
});

afterAll(async () => {
  admin?.close();
  await server?.stop();
  authority?.remove();
});

interface Proof {
  readonly keys?: readonly string[];
  readonly pair?: Pair;
}

/** Asks who the administrator's session belongs to, through TLS. */
function validate({ keys = [], pair }: Proof): Promise<RawAnswer> {
  const ca = readFileSync(authority.certificate);
  const own = pair ? ([readFileSync(pair.key), readFileSync(pair.certificate)] as const) : [];
  return rawCall({
    address: server.address,
    path: '/sallyport.auth.v1.AuthService/ValidateSession',
    bytes: ValidateSessionRequest.encode({ sessionToken: session, passive: false }).finish(),
    metadata: { 'sallyport-component-key': keys },
    tls: credentials.createSsl(ca, ...own),
  });
}

const newKey = async (componentId: string) => {
  const { key, componentKey } = await admin.admin.createComponentKey({ componentId });
  return { id: key?.keyId ?? '', secret: componentKey };
};

const REFUSED = { code: 'UNAUTHENTICATED', reason: 'COMPONENT_REQUIRED' };

describe('a component key through TLS', () => {
  test('is asked for, although the address is loopback', async () => {
    expect(await validate({})).toMatchObject(REFUSED);
  });

  test('is served, and no longer once revoked', async () => {
    const { id, secret } = await newKey('console');
    expect(await validate({ keys: [secret] })).toMatchObject({ code: 'OK' });

    await admin.admin.revokeComponentKey({ keyId: id });
    expect(await validate({ keys: [secret] })).toMatchObject(REFUSED);
  });

  test('is refused when it comes twice, even the same', async () => {
    const { id, secret } = await newKey('web-ui');
    expect(await validate({ keys: [secret, secret] })).toMatchObject(REFUSED);
    await admin.admin.revokeComponentKey({ keyId: id });
  });

  test('is refused when it is wrong in any of its parts', async () => {
    const { id, secret } = await newKey('web-ui');
    const other = secret.at(-2) === 'A' ? 'B' : 'A';
    const wrong = [
      `${secret.slice(0, -2)}${other}${secret.slice(-1)}`,
      secret.replace(id, '0'.repeat(26)),
      secret.replace('spk_', 'sst_'),
      'nonsense',
    ];
    for (const key of wrong) expect(await validate({ keys: [key] }), key.slice(0, 4)).toMatchObject(REFUSED);
    expect(await validate({ keys: [secret] })).toMatchObject({ code: 'OK' });
    await admin.admin.revokeComponentKey({ keyId: id });
  });

  test('of one component does not make the session of another its own', async () => {
    const { id, secret } = await newKey('explorer');
    const explorer = connect({
      address: server.address,
      tls: { caFile: authority.certificate, serverName: 'localhost' },
      componentKey: secret,
      session,
    });
    await expect(explorer.auth.listSessions({})).rejects.toMatchObject({ reason: 'SESSION_REQUIRED' });
    explorer.close();
    await admin.admin.revokeComponentKey({ keyId: id });
  });
});

describe('a client certificate', () => {
  test('proves its component once registered, and no longer once revoked', async () => {
    const pair = authority.sign('web-ui');
    expect(await validate({ pair })).toMatchObject(REFUSED);

    const certificateSha256 = fingerprintOf(pair);
    const { key } = await admin.admin.createComponentKey({ componentId: 'web-ui', certificateSha256 });
    expect(await validate({ pair })).toMatchObject({ code: 'OK' });

    await admin.admin.revokeComponentKey({ keyId: key?.keyId ?? '' });
    expect(await validate({ pair })).toMatchObject(REFUSED);
  });

  test('beside a key is a doubled proof', async () => {
    const pair = authority.sign('doubled');
    const { key } = await admin.admin.createComponentKey({
      componentId: 'web-ui',
      certificateSha256: fingerprintOf(pair),
    });
    const { id, secret } = await newKey('web-ui');
    expect(await validate({ pair, keys: [secret] })).toMatchObject(REFUSED);
    await admin.admin.revokeComponentKey({ keyId: id });
    await admin.admin.revokeComponentKey({ keyId: key?.keyId ?? '' });
  });

  test('of another authority proves nothing, even when its fingerprint is registered', async () => {
    const other = createAuthority();
    const pair = other.sign('stranger');
    const { key } = await admin.admin.createComponentKey({
      componentId: 'console',
      certificateSha256: fingerprintOf(pair),
    });
    expect(await validate({ pair })).toMatchObject(REFUSED);
    await admin.admin.revokeComponentKey({ keyId: key?.keyId ?? '' });
    other.remove();
  });
});

describe.each(DRIVERS)('through TLS, $name', ({ open, tools }) => {
  test.runIf(requireTools(...tools))('is refused without a component key and served with one', async () => {
    const { id, secret } = await newKey('rest-api');
    const driver = await open({ address: server.address, ca: authority.certificate });
    const question = { method: 'auth/ValidateSession', request: { sessionToken: session } };

    const without = await driver.ask(question);
    const withKey = await driver.ask({ ...question, componentKey: secret });
    await driver.close();

    expect(without).toMatchObject({ ok: false, refusal: REFUSED });
    expect(withKey).toMatchObject({ ok: true, response: { username: 'administrator' } });
    await admin.admin.revokeComponentKey({ keyId: id });
  });
});

describe('certificates on disk', () => {
  const shown = (): Promise<string> =>
    new Promise((done, fail) => {
      const [host, port] = server.address.split(':');
      const socket = connectTls(
        {
          host,
          port: Number(port),
          ca: readFileSync(authority.certificate),
          servername: 'localhost',
          ALPNProtocols: ['h2'],
        },
        () => {
          done(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
          socket.destroy();
        },
      );
      socket.once('error', fail);
    });
  const fingerprint = (pair: Pair): string => new X509Certificate(readFileSync(pair.certificate)).fingerprint256;

  test('are read again on SIGHUP, while an open connection goes on', async () => {
    const next = authority.sign('next');
    const { id, secret } = await newKey('console');
    const open = connect({
      address: server.address,
      tls: { caFile: authority.certificate, serverName: 'localhost' },
      componentKey: secret,
    });
    await open.auth.validateSession({ sessionToken: session });
    expect(await shown()).toBe(fingerprint(served));

    copyFileSync(next.certificate, served.certificate);
    copyFileSync(next.key, served.key);
    server.hangUp();

    await expect.poll(shown).toBe(fingerprint(next));
    await open.auth.validateSession({ sessionToken: session });
    open.close();
    await admin.admin.revokeComponentKey({ keyId: id });
  });

  test('that do not belong together keep the old pair serving, and are complained about', async () => {
    const before = await shown();
    copyFileSync(authority.sign('mismatched').key, served.key);
    server.hangUp();

    await expect.poll(server.output).toContain('the certificate on disk cannot be used');
    expect(await shown()).toBe(before);
    expect(await validate({})).toMatchObject(REFUSED);
  });
});

describe('without TLS', () => {
  const ask = (address: string): Promise<unknown> => {
    const client = connect({ address });
    return client.auth
      .validateSession({ sessionToken: 'sst_none' })
      .catch((error: SallyportError) => error.reason)
      .finally(() => client.close());
  };

  test('loopback and the unix socket are served as local', async () => {
    const plain = await startSallyport();
    expect([await ask(plain.address), await ask(plain.socket)]).toEqual(['SESSION_INACTIVE', 'SESSION_INACTIVE']);
    await plain.stop();
  });

  test('a setting ends that on loopback, not on the unix socket', async () => {
    const plain = await startSallyport({ env: { SALLYPORT_LOCAL_OVER_TCP: 'false' } });
    expect([await ask(plain.address), await ask(plain.socket)]).toEqual(['COMPONENT_REQUIRED', 'SESSION_INACTIVE']);
    await plain.stop();
  });

  test('loopback asks for a key as soon as one listener is open to other machines', async () => {
    const plain = await startSallyport({
      env: { SALLYPORT_LISTEN: '127.0.0.1:0,0.0.0.0:0', SALLYPORT_INSECURE_PLAINTEXT_ANYWHERE: 'true' },
    });
    expect(await ask(plain.address)).toBe('COMPONENT_REQUIRED');
    await plain.stop();
  });

  test('does not start on addresses that other machines may reach, and names each', async () => {
    const exposed = '0.0.0.0:0, [::]:0, 192.0.2.1:50051, 127.example.org:50051';
    const listen = `127.0.0.1:0,${exposed.replaceAll(' ', '')}`;
    await expect(startSallyport({ env: { SALLYPORT_LISTEN: listen } })).rejects.toThrow(`listen: ${exposed} needs TLS`);
  });
});
