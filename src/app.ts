/** The one file that joins all parts: read it to see the whole. */
import { rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { status } from '@grpc/grpc-js';
import { ConfigError, loadSettings, type ResolvedSettings, SETTINGS } from './config/index.js';
import * as crypto from './crypto/index.js';
import type { StoredAuditEvent } from './domain/audit/audit-event.js';
import * as domain from './domain/index.js';
import type { Clock } from './domain/ports.js';
import { isRefusal } from './domain/refusal.js';
import { canonicalName } from './domain/user/canonical-name.js';
import * as grpc from './grpc/index.js';
import { mustBelong, mustHold } from './offline/must-belong.js';
import { firstPasswordFile } from './offline/recover.js';
import { storageSettings } from './offline/storage-settings.js';
import * as persistence from './persistence/index.js';
import { createLog, createMetrics, type Log, type Metrics, serveMetrics } from './telemetry/index.js';

const LAST_SEEN_INTERVAL = 30_000;
const TLS_POLL_INTERVAL = 60_000;
const DUE_EVENTS_INTERVAL = 15_000;
const KEYS_INTERVAL = 5000;
const CLOCK_INTERVAL = 10_000;
/** Until a clock that is not trusted is looked at again. */
const CLOCK_AGAIN = 1000;
const ANCHOR_INTERVAL = 1000;
const ANCHOR_LOOK = 2000;
const DAY = 24 * 60 * 60_000;
const LEAVING = 1000;

/** What comes from outside: servers under test bring a clock that moves, and broken variants of storage and hashing. */
export interface Outside {
  readonly clock: Clock;
  readonly openStorage: typeof persistence.openStorage;
  /** What this clock must go on with between two looks; absent where a clock is moved on purpose. */
  readonly elapsed?: domain.Elapsed;
  /** What this clock is compared with. */
  readonly referenceClock: (storage: persistence.Storage, believedBefore: number) => domain.ReferenceClock;
  readonly createHashQueue: typeof crypto.createHashQueue;
  readonly keepAnchor?: typeof domain.keepAnchor;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log?: Log;
}

/** This machine's own, with the settings that its environment holds. */
export const machine = (env: Outside['env']): Outside => ({
  clock: Date.now,
  openStorage: persistence.openStorage,
  referenceClock: ({ hasOwnClock, reads }, believedBefore) =>
    hasOwnClock
      ? () => reads(({ keys }) => keys.now())
      : domain.steadyClock(Date.now, () => performance.now(), believedBefore),
  elapsed: () => performance.now(),
  createHashQueue: crypto.createHashQueue,
  env,
});

interface Options {
  readonly configFile?: string | undefined;
}

/** Serves until SIGTERM or SIGINT. */
export async function serve({ configFile }: Options, outside: Outside): Promise<void> {
  const app = await start(loadSettings(outside.env, configFile), outside);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  await app.stop();
}

export interface App {
  readonly addresses: readonly string[];
  readonly metricsAddress: string | undefined;
  readonly stop: () => Promise<void>;
}

/** Opens keys and storage, makes the first administrator where there is none, and serves. */
export async function start(settings: ResolvedSettings, outside: Outside): Promise<App> {
  const log = outside.log ?? createLog(settings.log_level);
  const parts = await openParts(settings, outside, log);
  try {
    await setUp(parts, parts.freshKeys);
    await parts.renewFirst();
    return await open(parts);
  } catch (error) {
    await parts.leave();
    throw error;
  }
}

/** Makes the first administrator for a key file that was provided beforehand, once. */
export async function init({ configFile }: Options, outside: Outside): Promise<void> {
  const settings = loadSettings(outside.env, configFile);
  const parts = await openParts(settings, outside, createLog(settings.log_level));
  try {
    const made = await setUp(parts, true);
    if (!made) throw new Error('This installation has users already. Nothing was changed.');
  } finally {
    await parts.leave();
  }
}

/** Brings the schema up to date without serving. */
export async function migrate({ configFile }: Options, outside: Outside): Promise<void> {
  const settings = loadSettings(outside.env, configFile);
  const storage = await outside.openStorage(storageSettings(settings, { as: 'serve', print: () => undefined }));
  await storage.close();
  process.stdout.write('The schema is up to date.\n');
}

/** Reads the settings, prints them with what they mean, and changes nothing. */
export async function checkConfig({ configFile }: Options, outside: Outside): Promise<void> {
  const settings = loadSettings(outside.env, configFile);
  for (const [name, schema] of Object.entries(SETTINGS)) {
    const value = settings[name as keyof ResolvedSettings];
    process.stdout.write(`${name} = ${value === undefined ? '(not set)' : String(value)}\n    ${schema.description}\n`);
  }
}

type Parts = Awaited<ReturnType<typeof openParts>>;

async function openParts(settings: ResolvedSettings, outside: Outside, log: Log) {
  const { clock, openStorage, createHashQueue } = outside;
  const freshKeys = !crypto.keyFileExists(settings.key_file);
  if (freshKeys) crypto.createKeyFile(settings.key_file, clock());
  const { keys, envelope, held } = crypto.openKeys(settings.key_file);
  const parameters = {
    memoryKib: settings.argon2_memory_kib,
    iterations: settings.argon2_iterations,
    parallelism: settings.argon2_parallelism,
  };
  const hashQueue = createHashQueue({
    keys,
    parameters,
    threads: settings.hash_threads,
    places: settings.hash_queue,
  });
  const metrics = createMetrics({ hashQueueDepth: hashQueue.depth, clockTrusted: () => watch.trusted() });
  // Whatever the level of the log is: each audit row is a line.
  const auditLog = log.child({}, { level: 'info' });
  const print = (event: StoredAuditEvent): void => {
    metrics.auditEvent(event.code);
    anchor.note(event);
    auditLog.info({ audit: event }, 'audit');
  };
  const storage = await openStorage(storageSettings(settings, { as: 'serve', print, metrics }));
  const { unitOfWork, reads } = storage;
  const { keepAnchor = domain.keepAnchor } = outside;
  const anchor = keepAnchor({
    installation: keys.installationId,
    file: persistence.openAnchorFile(settings.anchor_file),
    reads: (look) => reads(look, { deadline: Date.now() + ANCHOR_LOOK }),
    clock,
    clockTrusted: () => watch.trusted(),
    retention: settings.audit_retention_days * DAY,
    changed: (missing) => sayAnchor(log, missing),
    unwritten: (error) => sayUnwritten(log, settings.anchor_file, error),
  });
  storage.onLoss(anchor.doubt);
  const reference = outside.referenceClock(storage, anchor.time());
  const watch = domain.watchClock(clock, reference, (apart) => sayClock(log, apart), outside.elapsed);
  const outdated = domain.createOutdatedHashes();
  const randomness = crypto.createRandomness(clock);
  const needs = {
    unitOfWork,
    reads,
    clock,
    clockTrusted: watch.trusted,
    hashQueue,
    randomness,
    envelope,
    tokenHashes: crypto.createTokenHashes(keys, outdated.note),
    secretDigest: crypto.createSecretDigest(keys),
    otpCodes: crypto.otpCodes,
    blocklist: crypto.createBlocklist(),
    unlooked: domain.createUnlooked(),
  };
  const replica = { id: randomness.newId(), name: `${hostname()} (pid ${process.pid})` };
  const tell = (first: domain.FirstAdministrator | undefined): boolean => tellFirstAdministrator(settings, log, first);
  return {
    settings,
    log,
    keys,
    freshKeys,
    metrics,
    storage,
    watch,
    anchor,
    needs,
    tell,
    keepKeys: domain.keepKeys({ unitOfWork, reads, clock, held, replica }),
    replaceOldKeys: domain.replaceOldKeys({ unitOfWork, reads, envelope, held, outdated }),
    leave: async () => {
      // No rotation waits for who is gone; and who goes does not wait for a database that is gone.
      const deadline = Date.now() + LEAVING;
      await unitOfWork(({ keys: store }) => store.withdraw(replica.id), { deadline }).catch(() => undefined);
      await storage.close();
    },
    renewFirst: async () => tell(await domain.renewFirstAdministrator(needs)()),
  };
}

/** Ties the key file to the database, once, and makes the first administrator where both are new. */
async function setUp({ needs, keys, settings, tell, keepKeys }: Parts, mayMake: boolean): Promise<boolean> {
  const installation = await needs.reads(({ installation: store }) => store.get());
  mustBelong(installation, keys, settings.key_file);
  const anyUser = await needs.reads(({ users }) => users.anyExists());
  if (!anyUser && !mayMake) {
    throw new ConfigError(
      'There is a key file, but the database holds no user: is this the right database? For a new installation with a key file ' +
        'of your own run `sallyport init` once.',
    );
  }
  if (!installation) await found(needs, keys);
  mustHold(await keepKeys(), settings.key_file);
  if (anyUser) return false;
  const name = canonicalName(settings.first_administrator);
  if (!name) throw new ConfigError('first_administrator is no name');
  return tell(await domain.createFirstAdministrator(needs)(name));
}

async function found({ unitOfWork, clock, randomness }: Parts['needs'], keys: crypto.KeyRing): Promise<void> {
  const dataKey = crypto.newDataKey(keys, randomness.newId(), clock());
  await unitOfWork(async ({ installation }) => {
    if (await installation.found(keys.installationId, clock())) await installation.addDataKey(dataKey);
  });
}

// To a terminal the password itself, else to a file that only this user can read; the log never holds it.
function tellFirstAdministrator(
  settings: ResolvedSettings,
  log: Log,
  first: domain.FirstAdministrator | undefined,
): boolean {
  if (!first) return false;
  if (process.stderr.isTTY) {
    process.stderr.write(
      `\nFirst administrator: ${first.name}\nOne-time password:   ${first.oneTimePassword}\n\nNow type: sallyport login ${first.name}\n\n`,
    );
    return true;
  }
  const path = firstPasswordFile(settings);
  writeFileSync(path, `${first.oneTimePassword}\n`, { mode: 0o600 });
  log.info(
    { name: first.name, path },
    `The first administrator's one-time password is in ${path}. Now type: sallyport login ${first.name}`,
  );
  return true;
}

async function open(parts: Parts): Promise<App> {
  const { settings, log, metrics, storage, needs } = parts;
  const lastSeen = persistence.createLastSeen(needs.unitOfWork);
  const certificates = certificatesOf(settings, metrics, log);
  // Before anybody can call: by a clock that is not looked at nothing is opened.
  await parts.watch.look();
  await parts.anchor.look();
  const server = await grpc.startServer({
    listeners: listenersOf(settings),
    certificates,
    localOverTcp: settings.local_over_tcp,
    reflection: settings.reflection,
    descriptors: grpc.readDescriptors(),
    ...doors(parts, lastSeen),
  });
  const keys = lookAfterKeys(parts);
  const isReady = (): Promise<boolean> =>
    storage.ping().then(
      () => keys.areHere() && parts.watch.trusted() && parts.anchor.standing() === 'holds',
      () => false,
    );
  const metricsServer =
    settings.metrics_listen === 'off'
      ? undefined
      : await serveMetrics(settings.metrics_listen, metrics.registry, isReady);
  const stopTimers = startTimers(parts, lastSeen, certificates, keys.look, async () =>
    server.setServing(await isReady()),
  );
  for (const finding of storage.findings) log.warn(finding);
  server.setServing(await isReady());
  log.info({ listen: server.addresses, metrics: metricsServer?.address }, 'serving');
  return {
    addresses: server.addresses,
    metricsAddress: metricsServer?.address,
    stop: async () => {
      log.info('stopping');
      stopTimers();
      await server.stop(settings.drain_seconds * 1000);
      parts.anchor.keep();
      await lastSeen.flush().catch((error: unknown) => log.error({ err: error }, 'last_seen was not written'));
      await metricsServer?.close();
      await parts.leave();
      log.info('stopped');
    },
  };
}

function listenersOf(settings: ResolvedSettings): grpc.Listener[] {
  return settings.listen.map((text) => {
    const listener = grpc.parseListener(text);
    if (!listener) throw new ConfigError(`listen: ${text} is neither HOST:PORT nor unix:PATH`);
    return listener;
  });
}

function certificatesOf(settings: ResolvedSettings, metrics: Metrics, log: Log): grpc.Certificates | undefined {
  const { tls_certificate_file: certificate, tls_key_file: key, tls_client_ca_file: clientCa } = settings;
  if (certificate === undefined || key === undefined) return undefined;
  return grpc.readCertificates({ certificate, key, clientCa }, (error) => {
    metrics.tlsReloadFailure();
    log.error({ err: error }, 'the certificate on disk cannot be used; the old one goes on');
  });
}

/** Every operation of the domain, wired by hand to what it needs. */
function doors({ needs, keys, log, metrics, settings, anchor, watch }: Parts, activity: persistence.LastSeen) {
  const all = {
    ...needs,
    ...domain.mustHoldAnchor(needs, anchor),
    // Seen at a time to come, a session would be idle for longer.
    activity: { ...activity, note: (id: string, at: number) => watch.trusted() && activity.note(id, at) },
    passwordChanged: (userId: string) => void removeFirstPassword(userId),
  };
  async function removeFirstPassword(userId: string): Promise<void> {
    const installation = await needs.reads(({ installation: store }) => store.get()).catch(() => undefined);
    if (installation?.firstAdministratorId === userId) rmSync(firstPasswordFile(settings), { force: true });
  }
  const readActiveSession = domain.readActiveSession(all);
  const pageTokens = grpc.createPageTokens(crypto.createPageMac(keys), needs.clock);
  const recordRefusal = domain.recordRefusal(all);
  const shared = { clock: needs.clock, clockTrusted: needs.clockTrusted, pageTokens };
  return {
    interceptors: {
      request: grpc.requestInterceptor({
        newId: needs.randomness.newId,
        record: (call) => recordCall(log, metrics, call),
      }),
      errors: grpc.errorsInterceptor({
        logError: ({ requestId, path }, error) =>
          log.error({ requestId, path, err: error, cause: (error as Error).cause }, 'call failed'),
        countRefusal: metrics.refusal,
        recordRefusal,
      }),
      caller: grpc.callerInterceptor({ proveComponent: domain.proveComponent(all), readActiveSession }),
      lockout: grpc.lockoutInterceptor(domain.earlyNo(all)),
    },
    auth: { ...shared, ...domain.authOperations(all), validateSession: domain.validateSession({ readActiveSession }) },
    admin: { ...shared, ...domain.adminOperations(all) },
  };
}

function recordCall(log: Log, metrics: Metrics, call: grpc.CallRecord): void {
  const code = status[call.code];
  metrics.call(call.path, code, call.milliseconds);
  if (call.quiet) return;
  const { path, requestId, component, address, trace } = call;
  log.info({ path, code, ms: Math.round(call.milliseconds), requestId, component, address, trace }, 'call');
}

function sayClock(log: Log, apart: number): void {
  if (Math.abs(apart) <= domain.MOST_APART) {
    log.info('the clock is trusted again');
    return;
  }
  const words = `${Math.round(Math.abs(apart) / 1000)} s ${apart > 0 ? 'ahead of' : 'behind'} the database's`;
  log.error({ apart }, `this machine's clock is ${words}: no code is accepted and no session opened. Set it, by NTP.`);
}

function sayAnchor(log: Log, missing: number): void {
  if (missing === 0) log.info('the database holds what it held before, or was accepted');
  else
    log.error(
      { missing },
      'the database lacks events that it held before: it is from a backup, or was lost in part. Nobody signs in, and no session is ' +
        'valid, before `sallyport accept-restore` was run on this host.',
    );
}

function sayUnwritten(log: Log, path: string, error: unknown): void {
  if (error === undefined) log.info({ path }, 'the anchor is written again');
  else
    log.error(
      { path, err: error },
      'the anchor cannot be written: a database from a backup will not be noticed. Set anchor_file.',
    );
}

/** A database that is away is no fault of its own line in the log every second. */
async function lookAtAnchor({ anchor }: Pick<Parts, 'anchor'>): Promise<void> {
  await anchor.look().catch((error: unknown) => {
    if (!isRefusal(error, 'BACKEND_UNAVAILABLE')) throw error;
  });
}

/** Holds what the others hold, and frees old keys of their rows. Not ready while a key in use is not here. */
function lookAfterKeys({ keepKeys, replaceOldKeys, log, settings }: Parts) {
  let missing: Awaited<ReturnType<typeof keepKeys>> = [];
  return {
    areHere: (): boolean => missing.length === 0,
    look: async (): Promise<void> => {
      missing = await keepKeys();
      if (missing.length > 0)
        log.error(
          { keys: missing },
          `keys are in use that are not in ${settings.key_file}: copy the key file from where it was changed`,
        );
      await replaceOldKeys();
    },
  };
}

function startTimers(
  { settings, needs, log, metrics, watch, anchor }: Parts,
  lastSeen: persistence.LastSeen,
  certificates: grpc.Certificates | undefined,
  lookAtKeys: () => Promise<void>,
  checkReady: () => Promise<void>,
) {
  const sweep = persistence.sweeper({
    unitOfWork: needs.unitOfWork,
    clock: needs.clock,
    expireSignIns: domain.expireSignIns(needs),
    auditRetention: settings.audit_retention_days * DAY,
  });
  const watchDueEvents = domain.watchDueEvents({
    reads: needs.reads,
    tell: (event) => log.warn({ audit: event }, 'an event waits to be acknowledged by another administrator'),
    count: metrics.acknowledgementsDue,
  });
  const warnOfEnds = domain.warnOfEnds(needs);
  const lookForEnds = async (): Promise<void> => {
    for (const [days, { secrets, accounts }] of await warnOfEnds()) {
      metrics.nearEnds('secret', days, secrets);
      metrics.nearEnds('account', days, accounts);
    }
  };
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
  const timers = [
    every(settings.sweep_interval_seconds * 1000, 'sweep', whileTrusted(sweep)),
    every(settings.sweep_interval_seconds * 1000, 'looking for what ends soon', whileTrusted(lookForEnds)),
    every(LAST_SEEN_INTERVAL, 'writing last_seen', lastSeen.flush),
    every(5000, 'readiness', checkReady),
    every(KEYS_INTERVAL, 'looking after the keys', lookAtKeys),
    every(CLOCK_INTERVAL, 'comparing clocks', () => (watch.trusted() ? watch.look() : undefined)),
    every(CLOCK_AGAIN, 'comparing clocks', () => (watch.trusted() ? undefined : watch.look())),
    every(ANCHOR_INTERVAL, 'keeping the anchor', () => lookAtAnchor({ anchor })),
    every(DUE_EVENTS_INTERVAL, 'looking for events to acknowledge', watchDueEvents),
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
