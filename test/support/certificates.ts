import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** An authority of one's own, made by `openssl`, in a folder that `remove` takes away. */
export interface Authority {
  readonly folder: string;
  readonly certificate: string;
  /** A pair signed by it, for the name `localhost`; the files are named after what it is for. */
  readonly sign: (name: string) => Pair;
  readonly remove: () => void;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-ca-'));
  const pairOf = (name: string): Pair => ({
    certificate: join(folder, `${name}.pem`),
    key: join(folder, `${name}.key`),
  });
  const request = (name: string, args: readonly string[]): Pair => {
    const pair = pairOf(name);
    const files = ['-keyout', pair.key, '-out', pair.certificate, '-days', '2', '-subj', `/CN=${name}`];
    execFileSync('openssl', ['req', '-x509', ...NEW_KEY, ...files, ...args], { stdio: 'ignore' });
    return pair;
  };
  const own = request('authority', ['-addext', 'keyUsage=critical,keyCertSign']);
  const leaf = ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', 'subjectAltName=DNS:localhost'];
  return {
    folder,
    certificate: own.certificate,
    sign: (name) => request(name, ['-CA', own.certificate, '-CAkey', own.key, ...leaf]),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** SHA-256 over the certificate's DER, as CreateComponentKey takes it. */
export const fingerprintOf = ({ certificate }: Pair): string =>
  new X509Certificate(readFileSync(certificate)).fingerprint256;
