import { type KeyName, type KeyTurn, PAGE_TOKEN_LIFE, type Replica, TURN_GRACE } from './key.js';
import { lastOfEach, waitingKeys } from './turn-keys.js';

/**
 * `in use`; `waiting` until every live replica holds it; `old` while a row needs it or something may be under way with
 * it; `retired` after that; `missing` where it is needed and not held here.
 */
export type KeyStanding = 'in use' | 'waiting' | 'old' | 'retired' | 'missing';

export interface KeyState extends KeyName {
  readonly standing: KeyStanding;
  readonly activatedAt: number | undefined;
  /** Rows that need it. Of the lock key there is no count: every user and every wait does. */
  readonly rows: number | undefined;
  /** Live replicas that do not hold it. */
  readonly lackedBy: readonly string[];
}

interface Known {
  readonly held: readonly KeyName[];
  readonly turns: readonly KeyTurn[];
  readonly rows: ReadonlyMap<string, number>;
  readonly live: readonly Replica[];
  readonly now: number;
}

/** How every key stands that is held here or needed. */
export function keyStates(known: Known): readonly KeyState[] {
  const { held, turns, rows, live } = known;
  const waiting = new Set(waitingKeys(held, turns).map(({ id }) => id));
  const state = (key: KeyName): KeyState => ({
    id: key.id,
    purpose: key.purpose,
    standing: waiting.has(key.id) ? 'waiting' : standingOf(key, known),
    activatedAt: turns.find(({ id }) => id === key.id)?.activatedAt,
    rows: key.purpose === 'lock' ? undefined : (rows.get(key.id) ?? 0),
    lackedBy: live.filter(({ keyIds }) => !keyIds.includes(key.id)).map(({ name }) => name),
  });
  return [...held, ...needed(known)].map(state);
}

function standingOf(key: KeyName, { held, turns, rows, now }: Known): KeyStanding {
  const isHeld = held.some(({ id }) => id === key.id);
  if (!isHeld) return 'missing';
  if (key.purpose === 'lock') return held.find(({ purpose }) => purpose === 'lock')?.id === key.id ? 'in use' : 'old';
  const ofPurpose = turns.filter(({ purpose }) => purpose === key.purpose);
  if (ofPurpose.at(-1)?.id === key.id) return 'in use';
  const followed = followedAt(key, held, ofPurpose);
  if (followed === undefined) return 'old';
  const over = followed + TURN_GRACE + (key.purpose === 'page' ? PAGE_TOKEN_LIFE : 0);
  return (rows.get(key.id) ?? 0) === 0 && now > over ? 'retired' : 'old';
}

// One that never had its turn is followed by the first after it that had.
function followedAt(key: KeyName, held: readonly KeyName[], turns: readonly KeyTurn[]): number | undefined {
  const place = turns.findIndex(({ id }) => id === key.id);
  if (place >= 0) return turns[place + 1]?.activatedAt;
  const later = new Set(held.slice(held.findIndex(({ id }) => id === key.id) + 1).map(({ id }) => id));
  return turns.find(({ id }) => later.has(id))?.activatedAt;
}

function needed({ held, turns, rows }: Known): readonly KeyName[] {
  const here = new Set(held.map(({ id }) => id));
  const inUse = new Set(lastOfEach(turns).map(({ id }) => id));
  return turns.filter(({ id }) => !here.has(id) && (inUse.has(id) || (rows.get(id) ?? 0) > 0));
}
