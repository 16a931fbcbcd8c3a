import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerCredentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, type TlsOptions } from '../../src/client/index.js';
import { startFake } from './fake-server.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-tls-'));
const path = (name: string) => join(folder, name);
let fake: Awaited<ReturnType<typeof startFake>>;

function selfSigned(name: string, subject: string): void {
  const where = ['-keyout', path(`${name}.key`), '-out', path(`${name}.pem`), '-days', '2'];
  const what = ['-subj', `/CN=${subject}`, '-addext', `subjectAltName=DNS:${subject}`];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...where, ...what], { stdio: 'ignore' });
}

beforeAll(async () => {
  selfSigned('server', 'sallyport.example');
  selfSigned('console', 'console.example');
  const pair = { private_key: readFileSync(path('server.key')), cert_chain: readFileSync(path('server.pem')) };
  const credentials = ServerCredentials.createSsl(readFileSync(path('console.pem')), [pair], true);
  fake = await startFake({ auth: { getServerTime: () => ({ trusted: true }) } }, '127.0.0.1:0', credentials);
});

afterAll(() => {
  fake.close();
  rmSync(folder, { recursive: true });
});

async function askTime(tls: TlsOptions): Promise<unknown> {
  const sallyport = connect({ address: fake.address, tls });
  return sallyport.auth.getServerTime({}).finally(() => sallyport.close());
}

const proved = () => ({ certificateFile: path('console.pem'), keyFile: path('console.key') });

test('knows the server by its authority and name, and proves itself by certificate', async () => {
  const tls = { caFile: path('server.pem'), serverName: 'sallyport.example', ...proved() };
  expect(await askTime(tls)).toMatchObject({ trusted: true });
});

test('takes the authority as text too', async () => {
  const tls = { ca: readFileSync(path('server.pem'), 'utf8'), serverName: 'sallyport.example', ...proved() };
  expect(await askTime(tls)).toMatchObject({ trusted: true });
});

test.each([
  ['an authority it was not told of', () => ({ serverName: 'sallyport.example', ...proved() })],
  ['another name', () => ({ caFile: path('server.pem'), serverName: 'other.example', ...proved() })],
  ['the address, which is not in the certificate', () => ({ caFile: path('server.pem'), ...proved() })],
])('does not talk to a server with %s', async (_, tls) => {
  await expect(askTime(tls())).rejects.toMatchObject({ status: 'UNAVAILABLE' });
});
