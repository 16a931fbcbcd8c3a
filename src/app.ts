/** The one file that joins all parts: read it to see the whole. Each part of the running service is in `service/`. */
import type { OfflineOptions } from './cli/offline.js';
import { loadSettings, type ResolvedSettings } from './config/index.js';
import * as domain from './domain/index.js';
import * as grpc from './grpc/index.js';
import { createLastSeen, type LastSeen } from './persistence/index.js';
import { certificatesOf } from './service/certificates.js';
import { doors } from './service/doors.js';
import { tellFirstPassword } from './service/first-password.js';
import { listenersOf } from './service/listeners.js';
import { lookAfterKeys } from './service/look-after-keys.js';
import { farewell, openParts, type Parts } from './service/open-parts.js';
import type { Outside } from './service/outside.js';
import { setUp } from './service/set-up.js';
import { startTimers } from './service/timers.js';
import { createLog, serveMetrics } from './telemetry/index.js';

/** Serves until SIGTERM or SIGINT. */
export async function serve({ configFile }: OfflineOptions, outside: Outside): Promise<void> {
  // Handlers first: as process 1 of a container it ignores SIGTERM and SIGINT unless it handles them, and a SIGHUP would kill it.
  process.on('SIGHUP', () => undefined);
  const told = new Promise<undefined>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(undefined));
  });
  const app = await Promise.race([start(loadSettings(outside.env, configFile), outside), told]);
  // A start may wait minutes for another's migration. Cut, it loses at worst the first password, which `recover` makes anew.
  if (!app) process.exit();
  await told;
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
    const renewed = await domain.renewFirstAdministrator(parts.needs)();
    if (renewed) tellFirstPassword(settings, log, renewed);
    return await open(parts);
  } catch (error) {
    await parts.leave();
    throw error;
  }
}

async function open(parts: Parts): Promise<App> {
  const { settings, metrics, log, needs, watch, anchor } = parts;
  const lastSeen = createLastSeen(needs.unitOfWork);
  const certificates = certificatesOf(settings, metrics, log);
  // Before the listener opens, so that no session is opened by a clock or from a database that nobody has looked at.
  await watch.look();
  await anchor.look();
  const server = await grpc.startServer({
    listeners: listenersOf(settings),
    certificates,
    localOverTcp: settings.local_over_tcp,
    reflection: settings.reflection,
    descriptors: grpc.readDescriptors(),
    ...doors(parts, lastSeen),
  });
  try {
    return await serveFrom(server, parts, { lastSeen, certificates });
  } catch (error) {
    await server.stop(0);
    throw error;
  }
}

interface Beside {
  readonly lastSeen: LastSeen;
  readonly certificates: grpc.Certificates | undefined;
}

async function serveFrom(server: grpc.RunningServer, parts: Parts, { lastSeen, certificates }: Beside): Promise<App> {
  const { settings, log, metrics, storage, watch, anchor } = parts;
  const keys = lookAfterKeys(parts);
  const isReady = (): Promise<boolean> =>
    storage.ping().then(
      () => keys.areHere() && watch.trusted() && anchor.standing() === 'holds',
      () => false,
    );
  const metricsServer =
    settings.metrics_listen === 'off'
      ? undefined
      : await serveMetrics(settings.metrics_listen, metrics.registry, isReady);
  const checkReady = async (): Promise<void> => server.setServing(await isReady());
  const stopTimers = startTimers(parts, { lastSeen, certificates, lookAtKeys: keys.look, checkReady });
  for (const finding of storage.findings) log.warn(finding);
  await checkReady();
  log.info({ listen: server.addresses, metrics: metricsServer?.address }, 'serving');
  return {
    addresses: server.addresses,
    metricsAddress: metricsServer?.address,
    stop: async () => {
      log.info('stopping');
      stopTimers();
      await server.stop(settings.drain_seconds * 1000);
      await anchor.keep();
      await lastSeen
        .flush(farewell())
        .catch((error: unknown) => log.error({ err: error }, 'last_seen was not written'));
      await metricsServer?.close();
      await parts.leave();
      log.info('stopped');
    },
  };
}
