import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCertificates, type TlsFiles } from '../../src/grpc/tls.js';
import { createAuthority, type Pair } from '../support/certificates.js';
import { type OpenDoor, openDoor } from './door.js';

const HOUR = 60 * 60_000;
const authority = createAuthority();
const [first, second] = [authority.sign('first'), authority.sign('second')];
let files: TlsFiles & { certificate: string; key: string };
let failures: unknown[];
let door: OpenDoor | undefined;

beforeEach(() => {
  files = {
    certificate: join(authority.folder, 'now.pem'),
    key: join(authority.folder, 'now.key'),
    clientCa: undefined,
  };
  failures = [];
  install(first);
});
afterEach(async () => {
  await door?.close();
  door = undefined;
});
afterAll(() => authority.remove());

function install({ certificate, key }: Pair): void {
  copyFileSync(certificate, files.certificate);
  copyFileSync(key, files.key);
}
const read = (clientCa?: string) => readCertificates({ ...files, clientCa }, (error) => void failures.push(error));

/** The name in the certificate that a new connection is shown. */
function shown(address: string): Promise<string | undefined> {
  const [host, port] = address.split(':');
  return new Promise((done, fail) => {
    const socket: TLSSocket = connect({
      host: host ?? '',
      port: Number(port),
      ca: readFileSync(authority.certificate),
      servername: 'localhost',
      ALPNProtocols: ['h2'],
    });
    socket.on('error', fail);
    socket.on('secureConnect', () => {
      const { CN } = socket.getPeerCertificate().subject;
      socket.destroy();
      done(String(CN));
    });
  });
}

describe('a first pair that cannot be used', () => {
  test('does not start: the key of another certificate', () => {
    copyFileSync(second.key, files.key);
    expect(() => read()).toThrow('do not belong together');
  });

  test('does not start: no file, no PEM, an authority that is none', () => {
    expect(() => readCertificates({ ...files, key: '/nowhere' }, () => undefined)).toThrow('/nowhere');
    writeFileSync(files.certificate, 'text');
    expect(() => read()).toThrow();
    install(first);
    expect(() => read(first.key)).toThrow();
  });
});

describe('a pair that changes on disk', () => {
  const steps: [string, () => void][] = [
    ['with a key that does not belong to it', () => copyFileSync(second.certificate, files.certificate)],
    ['that is half written', () => truncateSync(files.certificate, 200)],
    ['whose key is empty', () => truncateSync(files.key, 0)],
  ];

  test.each(steps)('%s is complained about, and the old one goes on', async (_, spoil) => {
    const certificates = read();
    door = await openDoor({ certificates });
    spoil();
    certificates.reload();
    expect(failures).toHaveLength(1);
    expect(await shown(door.address)).toBe('first');
  });

  test('ends when the one that is shown ends', () => {
    // It was made for two days, a moment ago.
    const left = read().endsAt() - Date.now();
    expect(left).toBeLessThanOrEqual(48 * HOUR);
    expect(left).toBeGreaterThan(47 * HOUR);
  });

  test('is served to new connections as soon as both files are there', async () => {
    const certificates = read();
    door = await openDoor({ certificates });
    copyFileSync(second.certificate, files.certificate);
    certificates.reload();
    install(second);
    certificates.reload();
    expect(await shown(door.address)).toBe('second');
    expect(failures).toHaveLength(1);
  });
});
