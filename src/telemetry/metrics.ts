import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Everything that is counted. No label ever holds a name, an id or an address. */
export interface Metrics {
  readonly registry: Registry;
  readonly call: (path: string, code: string, milliseconds: number) => void;
  readonly refusal: (reason: string) => void;
  readonly unit: (outcome: string) => void;
  readonly unitGroup: (size: number) => void;
  readonly databaseRetry: () => void;
  /** Where the standing of a session came from, where any are kept. */
  readonly sessionLook: (from: 'memory' | 'database') => void;
  readonly tlsReloadFailure: () => void;
  /** From now on tells when the certificate ends, which is asked in milliseconds since 1970. */
  readonly tlsCertificateEnd: (endsAt: () => number) => void;
  readonly auditEvent: (code: string) => void;
  /** How many of `what` that can still be used end within so many days. */
  readonly nearEnds: (what: 'secret' | 'account', withinDays: number, ends: number) => void;
  readonly acknowledgementsDue: (events: number) => void;
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(gauges: {
  readonly hashQueueDepth: () => number;
  readonly clockTrusted: () => boolean;
}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> =>
    new Counter({ name, help, labelNames: [...labelNames], registers });
  const handled = counter('grpc_server_handled_total', 'Finished calls.', ['grpc_service', 'grpc_method', 'grpc_code']);
  const seconds = new Histogram({
    name: 'grpc_server_handling_seconds',
    help: 'How long calls took.',
    labelNames: ['grpc_service', 'grpc_method'],
    buckets: SECONDS,
    registers,
  });
  const refusals = counter('sallyport_refusals_total', 'Refused calls by reason.', ['reason']);
  const units = counter('sallyport_units_total', 'Units of work by outcome.', ['outcome']);
  const groups = new Histogram({
    name: 'sallyport_unit_group_size',
    help: 'Units in one commit.',
    buckets: [1, 2, 4, 8, 16, 32, 64],
    registers,
  });
  const retries = counter('sallyport_database_retries_total', 'Units run again after a conflict.');
  const looks = counter(
    'sallyport_session_looks_total',
    'Sessions looked at, by where their standing came from, where session_cache is set.',
    ['from'],
  );
  const [fromMemory, fromDatabase] = [looks.labels('memory'), looks.labels('database')];
  const reloads = counter('sallyport_tls_reload_failures_total', 'Certificates on disk that could not be used.');
  const audit = counter('sallyport_audit_events_total', 'Audit events by code.', ['code']);
  const due = new Gauge({
    name: 'sallyport_acknowledgements_due',
    help: 'Audit events, such as recoveries on the host, that no other administrator has acknowledged yet.',
    registers,
  });
  const ends = new Gauge({
    name: 'sallyport_service_ends',
    help: 'Service accounts and their secrets that can still be used and end within so many days.',
    labelNames: ['what', 'within_days'],
    registers,
  });
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  gauge('sallyport_hash_queue_depth', 'Password hashes that run or wait.', gauges.hashQueueDepth);
  gauge('sallyport_clock_trusted', 'Whether the service trusts its clock.', () => Number(gauges.clockTrusted()));

  return {
    registry,
    call: (path, code, milliseconds) => {
      const [, grpc_service = '', grpc_method = ''] = path.split('/');
      handled.inc({ grpc_service, grpc_method, grpc_code: code });
      seconds.observe({ grpc_service, grpc_method }, milliseconds / 1000);
    },
    refusal: (reason) => refusals.inc({ reason }),
    unit: (outcome) => units.inc({ outcome }),
    unitGroup: (size) => groups.observe(size),
    databaseRetry: () => retries.inc(),
    sessionLook: (from) => (from === 'memory' ? fromMemory : fromDatabase).inc(),
    tlsReloadFailure: () => reloads.inc(),
    tlsCertificateEnd: (endsAt) =>
      gauge(
        'sallyport_tls_certificate_end_seconds',
        'When the certificate ends, in seconds since 1970.',
        () => endsAt() / 1000,
      ),
    auditEvent: (code) => audit.inc({ code }),
    nearEnds: (what, within_days, count) => ends.set({ what, within_days }, count),
    acknowledgementsDue: (events) => due.set(events),
  };
}
