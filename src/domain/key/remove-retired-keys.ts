import { AUDIT } from '../audit/audit-codes.js';
import type { ReadStores, Stores } from '../stores.js';
import type { KeyName } from './key.js';
import { type KeyState, keyStates } from './key-states.js';
import { noteKeys, type Turner } from './turn-keys.js';

/** How the keys stand now. */
export async function readKeyStates({ keys }: Pick<ReadStores, 'keys'>, held: readonly KeyName[]) {
  const [turns, rows] = [await keys.turns(), await keys.rows()];
  const live = await keys.live();
  return { states: keyStates({ held, turns, rows, live, now: await keys.now() }), live };
}

/** Takes retired data keys away, and answers all that are retired: those of the key file are the caller's to remove. */
export async function removeRetiredKeys(
  stores: Stores,
  held: readonly KeyName[],
  by: Turner,
): Promise<readonly KeyState[]> {
  await stores.invariants.touch('keys');
  const { states } = await readKeyStates(stores, held);
  const removed: KeyState[] = [];
  for (const state of states.filter(({ standing }) => standing === 'retired'))
    if (state.purpose !== 'data' || (await stores.keys.removeDataKey(state.id))) removed.push(state);
  await noteKeys(stores, AUDIT.KEYS_REMOVED, removed, by);
  return removed;
}
