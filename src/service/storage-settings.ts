import { type ResolvedSettings, readSecret, readText } from '../config/index.js';
import type { StoredAuditEvent } from '../domain/audit/audit-event.js';
import * as persistence from '../persistence/index.js';
import type { Metrics } from '../telemetry/index.js';

interface Use {
  readonly as: persistence.StorageSettings['as'];
  readonly print: (event: StoredAuditEvent) => void;
  readonly metrics?: Metrics;
}

/** How to open the database that the settings name. */
export function storageSettings(settings: ResolvedSettings, { as, print, metrics }: Use): persistence.StorageSettings {
  return {
    address: databaseAddress(settings),
    unitPool: settings.database_unit_pool,
    readPool: settings.database_read_pool,
    as,
    print,
    machineClock: Date.now,
    ...(metrics ? { observe: { unit: metrics.unit, group: metrics.unitGroup, retry: metrics.databaseRetry } } : {}),
    keptSessions: as === 'serve' ? settings.session_cache : 0,
    observeKept: metrics?.sessionLook,
  };
}

export function databaseAddress(settings: ResolvedSettings): persistence.DatabaseAddress {
  const password = settings.database_password_file === undefined ? '' : readSecret(settings.database_password_file);
  const ca = settings.database_ca_file === undefined ? undefined : readText(settings.database_ca_file);
  return persistence.parseDatabaseUrl(settings.database, password, ca);
}
