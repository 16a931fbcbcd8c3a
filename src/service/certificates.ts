import type { ResolvedSettings } from '../config/index.js';
import * as grpc from '../grpc/index.js';
import type { Log, Metrics } from '../telemetry/index.js';

/** The certificate that the settings name; undefined without one. A later one that cannot be used is told of and left. */
export function certificatesOf(settings: ResolvedSettings, metrics: Metrics, log: Log): grpc.Certificates | undefined {
  const { tls_certificate_file: certificate, tls_key_file: key, tls_client_ca_file: clientCa } = settings;
  if (certificate === undefined || key === undefined) return undefined;
  const certificates = grpc.readCertificates({ certificate, key, clientCa }, (error) => {
    metrics.tlsReloadFailure();
    log.error({ err: error }, 'the certificate on disk cannot be used; the old one goes on');
  });
  metrics.tlsCertificateEnd(certificates.endsAt);
  return certificates;
}
