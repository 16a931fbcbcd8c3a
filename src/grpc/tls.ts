import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { experimental, type ServerCredentials } from '@grpc/grpc-js';

type Provider = experimental.CertificateProvider;
type IdentityListener = Parameters<Provider['addIdentityCertificateListener']>[0];
type CaListener = Parameters<Provider['addCaCertificateListener']>[0];

export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  /** Signs client certificates; they are asked for, never demanded. */
  readonly clientCa: string | undefined;
}

interface Material {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
  readonly ca: Buffer | undefined;
}

export interface Certificates {
  readonly credentials: ServerCredentials;
  /** Reads the files again; a pair that does not match is left alone and the old one goes on. */
  readonly reload: () => void;
  /** When the certificate that is shown ends, in milliseconds since 1970. */
  readonly endsAt: () => number;
}

/** Certificates that can be exchanged while serving. Throws at once when the first pair cannot be used. */
export function readCertificates(files: TlsFiles, onFailure: (error: unknown) => void): Certificates {
  let now = load(files);
  const identities = new Set<IdentityListener>();
  const authorities = new Set<CaListener>();
  // grpc-js does not hear what is said while it still adds its listener, and then drops every connection.
  const provider: Provider = {
    addIdentityCertificateListener: (listener) => {
      identities.add(listener);
      process.nextTick(() => listener({ certificate: now.certificate, privateKey: now.privateKey }));
    },
    removeIdentityCertificateListener: (listener) => void identities.delete(listener),
    addCaCertificateListener: (listener) => {
      authorities.add(listener);
      process.nextTick(() => now.ca && listener({ caCertificate: now.ca }));
    },
    removeCaCertificateListener: (listener) => void authorities.delete(listener),
  };
  const publish = (): void => {
    for (const listener of identities) listener({ certificate: now.certificate, privateKey: now.privateKey });
    for (const listener of authorities) if (now.ca) listener({ caCertificate: now.ca });
  };
  return {
    endsAt: () => certificateEnd(now.certificate),
    credentials: credentialsOf(provider, files.clientCa !== undefined),
    reload: () => {
      try {
        const fresh = load(files);
        if (isSame(fresh, now)) return;
        now = fresh;
        publish();
      } catch (error) {
        onFailure(error);
      }
    },
  };
}

// The declared order of the two providers is not the one their values arrive in; the same object twice is safe either
// way, and without an authority the second one is left out, so that no client certificate is asked for.
function credentialsOf(provider: Provider, askForCertificate: boolean): ServerCredentials {
  return experimental.createCertificateProviderServerCredentials(provider, askForCertificate ? provider : null, false);
}

/** Until when a PEM certificate is good, in milliseconds since 1970; of a chain the first one's. */
export const certificateEnd = (pem: Uint8Array): number => Date.parse(new X509Certificate(pem).validTo);

/** The files cannot be used together. */
class TlsFilesError extends Error {
  override readonly name = 'TlsFilesError';
  readonly exitCode = 2;
}

function load({ certificate, key, clientCa }: TlsFiles): Material {
  const pair = { certificate: readFileSync(certificate), privateKey: readFileSync(key) };
  if (!new X509Certificate(pair.certificate).checkPrivateKey(createPrivateKey(pair.privateKey))) {
    throw new TlsFilesError(`${certificate} and ${key} do not belong together. Put the pair in their places.`);
  }
  const ca = clientCa === undefined ? undefined : readFileSync(clientCa);
  if (ca) new X509Certificate(ca);
  return { ...pair, ca };
}

const isSame = (a: Material, b: Material): boolean =>
  a.certificate.equals(b.certificate) &&
  a.privateKey.equals(b.privateKey) &&
  (a.ca ?? Buffer.alloc(0)).equals(b.ca ?? Buffer.alloc(0));
