import { readFileSync } from 'node:fs';
import { type ChannelCredentials, credentials } from '@grpc/grpc-js';
import type { TlsOptions } from './connect-options.js';

/** Makes the TLS of a connection, or its absence. Throws if a file cannot be read or is no certificate or key. */
export function channelCredentials(tls: TlsOptions | undefined): ChannelCredentials {
  if (!tls) return credentials.createInsecure();
  const ca = tls.caFile ? readFileSync(tls.caFile) : tls.ca && Buffer.from(tls.ca);
  return credentials.createSsl(ca || null, file(tls.keyFile), file(tls.certificateFile));
}

function file(path: string | undefined): Buffer | null {
  return path ? readFileSync(path) : null;
}
