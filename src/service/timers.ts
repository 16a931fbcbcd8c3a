import * as domain from '../domain/index.js';
import { isRefusal } from '../domain/refusal.js';
import type { Certificates } from '../grpc/index.js';
import { FLUSH_INTERVAL, type LastSeen, sweeper } from '../persistence/index.js';
import { createHeapPortions } from './heap-portions.js';
import type { Parts } from './open-parts.js';
import { soonerAfterFault } from './sooner-after-fault.js';

const READINESS_INTERVAL = 5000;
const TLS_POLL_INTERVAL = 60_000;
const DUE_EVENTS_INTERVAL = 15_000;
const KEYS_INTERVAL = 5000;
/** How soon a failed look at the keys is repeated: without keys nobody can sign in. */
const KEYS_AGAIN = 1000;
const CLOCK_INTERVAL = 10_000;
/** How often a clock that is not trusted is looked at. */
const CLOCK_AGAIN = 1000;
const ANCHOR_INTERVAL = 1000;
const CROWD_INTERVAL = 250;

interface Chores {
  readonly lastSeen: LastSeen;
  readonly certificates: Certificates | undefined;
  readonly lookAtKeys: () => Promise<void>;
  readonly checkReady: () => Promise<void>;
}

/** Starts all that is done again and again; answers what stops it. SIGHUP reads certificates and keys at once. */
export function startTimers(parts: Parts, { lastSeen, certificates, lookAtKeys, checkReady }: Chores): () => void {
  const { settings, log, watch } = parts;
  const every = (milliseconds: number, what: string, work: () => Promise<unknown> | unknown): NodeJS.Timeout =>
    setInterval(
      () =>
        void Promise.resolve()
          .then(work)
          .catch((error: unknown) => log.error({ err: error }, `${what} failed`)),
      milliseconds,
    ).unref();
  // By a clock that is ahead everything has expired, the audit trail too.
  const whileTrusted = (work: () => Promise<unknown>) => () => (watch.trusted() ? work() : undefined);
  const sweepInterval = settings.sweep_interval_seconds * 1000;
  const timers = [
    every(sweepInterval, 'sweep', whileTrusted(sweepOf(parts))),
    every(sweepInterval, 'looking for what ends soon', whileTrusted(lookForEnds(parts))),
    every(FLUSH_INTERVAL, 'writing last_seen', () => lastSeen.flush()),
    every(READINESS_INTERVAL, 'readiness', checkReady),
    every(KEYS_AGAIN, 'looking after the keys', soonerAfterFault(KEYS_INTERVAL, lookAtKeys)),
    every(CLOCK_INTERVAL, 'comparing clocks', () => (watch.trusted() ? watch.look() : undefined)),
    every(CLOCK_AGAIN, 'comparing clocks', () => (watch.trusted() ? undefined : watch.look())),
    every(CROWD_INTERVAL, 'looking for a crowd', createHeapPortions(parts.isCrowded)),
    every(ANCHOR_INTERVAL, 'keeping the anchor', () => lookAtAnchor(parts)),
    every(DUE_EVENTS_INTERVAL, 'looking for events to acknowledge', lookForDueEvents(parts)),
    ...(certificates ? [every(TLS_POLL_INTERVAL, 'reading certificates', certificates.reload)] : []),
  ];
  const onHangUp = (): void => {
    certificates?.reload();
    lookAtKeys().catch((error: unknown) => log.error({ err: error }, 'looking after the keys failed'));
  };
  process.on('SIGHUP', onHangUp);
  return () => {
    process.off('SIGHUP', onHangUp);
    for (const timer of timers) clearInterval(timer);
  };
}

const sweepOf = ({ needs, auditRetention }: Parts) =>
  sweeper({
    unitOfWork: needs.unitOfWork,
    clock: needs.clock,
    expireSignIns: domain.expireSignIns(needs),
    auditRetention,
  });

function lookForEnds({ needs, metrics }: Parts): () => Promise<void> {
  const warnOfEnds = domain.warnOfEnds(needs);
  return async () => {
    for (const [days, { secrets, accounts }] of await warnOfEnds()) {
      metrics.nearEnds('secret', days, secrets);
      metrics.nearEnds('account', days, accounts);
    }
  };
}

const lookForDueEvents = ({ needs, log, metrics }: Parts) =>
  domain.watchDueEvents({
    reads: needs.reads,
    tell: (event) => log.warn({ audit: event }, 'an event waits to be acknowledged by another administrator'),
    count: metrics.acknowledgementsDue,
  });

/** A database that cannot be reached would log the same error every second: that error is dropped here. */
async function lookAtAnchor({ anchor }: Parts): Promise<void> {
  await anchor.look().catch((error: unknown) => {
    if (!isRefusal(error, 'BACKEND_UNAVAILABLE')) throw error;
  });
}
