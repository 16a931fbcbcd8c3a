import { AUDIT, type AuditCode } from '../audit/audit-codes.js';
import { withoutCall } from '../audit/audit-of.js';
import type { Stores } from '../stores.js';
import type { KeyName, KeyTurn } from './key.js';

/** Who changes keys, for the audit trail. */
export interface Turner {
  readonly now: number;
  /** `service`, or `host` for a command. */
  readonly actor: string;
  /** Who sits at the host. */
  readonly operator?: string;
}

/**
 * Puts to use the newest keys of those held here, each once every live replica holds it. Answers all turns. Serialized by the
 * shared row with the announcements of replicas: a later replica finds the turn, an earlier one was asked.
 */
export async function turnKeys(stores: Stores, held: readonly KeyName[], by: Turner): Promise<readonly KeyTurn[]> {
  const { keys, invariants } = stores;
  await invariants.touch('keys');
  const turns = await keys.turns();
  const live = await keys.live();
  const ready = waitingKeys(held, turns).filter(({ id }) => live.every(({ keyIds }) => keyIds.includes(id)));
  for (const key of ready) await keys.activate(key);
  const rotated = ready.filter(({ purpose }) => turns.some((turn) => turn.purpose === purpose));
  await noteKeys(stores, AUDIT.KEYS_ROTATED, rotated, by);
  return ready.length === 0 ? turns : keys.turns();
}

/** The newest of a purpose that was never used. None where a key in use is not held: what is here is older than the turns. */
export function waitingKeys(held: readonly KeyName[], turns: readonly KeyName[]): readonly KeyName[] {
  const here = new Set(held.map(({ id }) => id));
  if (lastOfEach(turns).some(({ id }) => !here.has(id))) return [];
  const turned = new Set(turns.map(({ id }) => id));
  return lastOfEach(held).filter(({ id, purpose }) => purpose !== 'lock' && !turned.has(id));
}

export const lastOfEach = <K extends KeyName>(keys: readonly K[]): readonly K[] => [
  ...new Map(keys.map((key) => [key.purpose, key])).values(),
];

/** Says of which purposes keys were changed, if any were. */
export async function noteKeys(
  { audit }: Stores,
  code: AuditCode,
  keys: readonly Pick<KeyName, 'purpose'>[],
  { now, actor, operator }: Turner,
): Promise<void> {
  if (keys.length === 0) return;
  const changedFields = [...new Set(keys.map(({ purpose }) => purpose))];
  const event = withoutCall({ at: now, code, outcome: 'success', changedFields }, actor);
  await audit.append({ ...event, address: operator });
}
