import { hostname } from 'node:os';
import type { ResolvedSettings } from '../config/index.js';
import * as crypto from '../crypto/index.js';
import type { StoredAuditEvent } from '../domain/audit/audit-event.js';
import * as domain from '../domain/index.js';
import { openAnchorFile, type Storage } from '../persistence/index.js';
import { createMetrics, type Log } from '../telemetry/index.js';
import { hashParameters } from './hash-parameters.js';
import type { Outside } from './outside.js';
import { sayAnchor, sayUnwritten } from './say-anchor.js';
import { sayClock } from './say-clock.js';
import { storageSettings } from './storage-settings.js';

/** Milliseconds to wait for the database: for one look at the anchor, and for the last writes of a stop. */
const ANCHOR_LOOK = 2000;
const FAREWELL = 1000;
/** How many for each thread that hashes: fewer are served before anybody notices a pause. */
const CROWD = 8;
const DAY = 24 * 60 * 60_000;

/** Until when something is written at the end. */
export const farewell = (): number => Date.now() + FAREWELL;

export type Parts = Awaited<ReturnType<typeof openParts>>;

/** Opens the key file, made where there is none, and the storage, and makes of them what the domain needs. */
export async function openParts(settings: ResolvedSettings, outside: Outside, log: Log) {
  const { clock, openStorage, createHashQueue } = outside;
  const freshKeys = !crypto.keyFileExists(settings.key_file);
  if (freshKeys) crypto.createKeyFile(settings.key_file, clock());
  const { keys, envelope, held } = crypto.openKeys(settings.key_file);
  const { hash_threads: threads, hash_queue: places } = settings;
  const hashQueue = createHashQueue({ keys, parameters: hashParameters(settings), threads, places });
  const metrics = createMetrics({ hashQueueDepth: hashQueue.depth, clockTrusted: () => watch.trusted() });
  // Whatever the level of the log is: each audit row is a line.
  const auditLog = log.child({}, { level: 'info' });
  const print = (event: StoredAuditEvent): void => {
    metrics.auditEvent(event.code);
    anchor.note(event);
    auditLog.info({ audit: event }, 'audit');
  };
  const storage = await openStorage(storageSettings(settings, { as: 'serve', print, metrics }));
  const auditRetention = settings.audit_retention_days * DAY;
  const { anchor, watch } = await orClosed(storage, () =>
    timeKept(settings, outside, log, { keys, storage, auditRetention }),
  );
  const { unitOfWork, reads } = storage;
  const outdated = domain.createOutdatedHashes();
  const randomness = crypto.createRandomness(clock);
  const replica = { id: randomness.newId(), name: `${hostname()} (pid ${process.pid})` };
  return {
    settings,
    log,
    keys,
    freshKeys,
    metrics,
    isCrowded: () => hashQueue.depth() > CROWD * threads,
    storage,
    watch,
    anchor,
    auditRetention,
    needs: {
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
    },
    keepKeys: domain.keepKeys({ unitOfWork, reads, clock, held, replica }),
    replaceOldKeys: domain.replaceOldKeys({ unitOfWork, reads, envelope, held, outdated }),
    leave: () => leave(storage, replica),
  };
}

// Withdrawn, so that no rotation waits for this replica; by a deadline, so that a stop does not wait for a database that is away.
async function leave({ unitOfWork, close }: Storage, { id }: { readonly id: string }): Promise<void> {
  await unitOfWork(({ keys }) => keys.withdraw(id), { deadline: farewell() }).catch(() => undefined);
  await close();
}

interface Kept {
  readonly keys: crypto.KeyRing;
  readonly storage: Storage;
  readonly auditRetention: number;
}

/** The anchor, and the clock that goes on from the time in it. Throws where the anchor's file cannot be read. */
function timeKept(settings: ResolvedSettings, outside: Outside, log: Log, { keys, storage, auditRetention }: Kept) {
  const { clock, keepAnchor = domain.keepAnchor } = outside;
  const anchor = keepAnchor({
    installation: keys.installationId,
    file: openAnchorFile(settings.anchor_file),
    reads: (look) => storage.reads(look, { deadline: Date.now() + ANCHOR_LOOK }),
    clock,
    clockTrusted: () => watch.trusted(),
    retention: auditRetention,
    changed: (missing) => sayAnchor(log, missing),
    unwritten: (error) => sayUnwritten(log, settings.anchor_file, error),
  });
  storage.onLoss(anchor.doubt);
  const reference = outside.referenceClock(storage, anchor.time());
  const watch = domain.watchClock(clock, reference, (apart) => sayClock(log, apart), outside.elapsed);
  return { anchor, watch };
}

/** An open storage would keep the process from ending. */
async function orClosed<T>(storage: Storage, make: () => T): Promise<T> {
  try {
    return make();
  } catch (error) {
    await storage.close();
    throw error;
  }
}
