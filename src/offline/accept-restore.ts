import type { AcceptRestoreOptions, RestoreReport } from '../cli/offline.js';
import * as domain from '../domain/index.js';
import { openAnchorFile } from '../persistence/index.js';
import type { Outside } from '../service/outside.js';
import { type Host, onHost, operator } from './host.js';

/** Goes on with a database from a backup; the replicas that run find it accepted at their next look. */
export function acceptRestore(options: AcceptRestoreOptions, outside: Outside): Promise<RestoreReport> {
  return onHost(options.configFile, outside, async (host) => {
    const missing = await missingHere(host);
    if (missing === 0 && !options.anyway) return undefined;
    const needs = { ...host.storage, clock: outside.clock };
    const call = { operator: operator(outside.env), command: 'sallyport accept-restore' };
    return { missing, ...(await domain.acceptRestore(needs)(call)) };
  });
}

/** How many events that this host remembers the database lacks. */
export async function missingHere({ settings, storage, keys, outside }: Host): Promise<number> {
  const anchor = openAnchorFile(settings.anchor_file).read();
  if (anchor?.installation !== keys.installationId) return 0;
  const since = outside.clock() - settings.audit_retention_days * 24 * 60 * 60_000;
  return storage.reads(async (stores) => {
    const missing = await domain.missingEvents(stores, anchor.events, since);
    return (await domain.acceptedAfter(stores, missing)) ? 0 : missing.length;
  });
}
