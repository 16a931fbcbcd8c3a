import { AUDIT } from '../audit/audit-codes.js';
import type { Stores } from '../stores.js';
import type { KeyName } from './key.js';
import { noteKeys, type Turner } from './turn-keys.js';
import type { WrappedDataKey } from './wrapped-data-key.js';

/** Notes that the key file has new keys, and keeps the data key that came with them. */
export async function addKeys(
  stores: Stores,
  added: readonly Pick<KeyName, 'purpose'>[],
  dataKey: WrappedDataKey | undefined,
  by: Turner,
): Promise<void> {
  if (dataKey) await stores.installation.addDataKey(dataKey);
  await noteKeys(stores, AUDIT.KEYS_ADDED, added, by);
}
