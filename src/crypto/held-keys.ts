import type { KeyObject } from 'node:crypto';
import { type HeldKeys, KEY_LEASE, type KeyName } from '../domain/key/key.js';
import type { WrappedDataKey } from '../domain/key/wrapped-data-key.js';
import type { Envelope } from '../domain/ports.js';
import { envelopeOf, rewrapDataKey, unavailable, unwrap } from './envelope.js';
import { readStoredKeys } from './key-file.js';
import { KEY_PURPOSES, type KeyPurpose, type KeyRing, keyRing } from './key-ring.js';

interface OpenedKeys {
  readonly keys: KeyRing;
  readonly envelope: Envelope;
  readonly held: HeldKeys;
}

/**
 * The keys of a process that lives on while they change: ring and envelope are the same objects throughout, and what they hold is
 * read anew. Until a key has been put to use, the newest is used. The lease has to run: a replica that has not asked for long
 * may have missed a rotation, so it makes nothing. Throws where the file cannot be used.
 */
export function openKeys(path: string, now: () => number = () => performance.now()): OpenedKeys {
  let ring = ringIn(path);
  let opened: ReadonlyMap<string, KeyObject> = new Map();
  let inUse: ReadonlyMap<KeyName['purpose'], string> | undefined;
  let readAt = now();
  let leaseEnd = Number.POSITIVE_INFINITY;

  const mayUse = (): boolean => now() < leaseEnd;
  const used = (purpose: KeyPurpose) => {
    const id = inUse?.get(purpose);
    return id === undefined ? ring.current(purpose) : ring.byId(purpose, id);
  };
  const keys: KeyRing = {
    get installationId() {
      return ring.installationId;
    },
    current: (purpose) => {
      const key = used(purpose);
      // The lock key has no other to be mistaken for.
      if (!key || !(mayUse() || purpose === 'lock')) throw unavailable();
      return key;
    },
    byId: (purpose, id) => ring.byId(purpose, id),
    all: (purpose) => ring.all(purpose),
    successorOf: (purpose, id) => {
      const key = used(purpose);
      return key && key.id !== id && mayUse() ? key : undefined;
    },
  };
  const envelope = envelopeOf({
    byId: (id) => opened.get(id),
    current: () => {
      const id = inUse?.get('data') ?? [...opened.keys()].at(-1) ?? '';
      const key = opened.get(id);
      if (!key || !mayUse()) throw unavailable();
      return { id, key };
    },
  });
  const holds = ({ purpose, id }: KeyName): boolean =>
    purpose === 'data' ? opened.has(id) : ring.byId(purpose, id) !== undefined;

  return {
    keys,
    envelope,
    held: {
      read: (dataKeys) => {
        readAt = now();
        const read = ringIn(path);
        opened = openAll(read, dataKeys, opened);
        ring = read;
      },
      list: () => [
        ...KEY_PURPOSES.flatMap((purpose) => ring.all(purpose).map(({ id }) => ({ id, purpose }))),
        ...[...opened.keys()].map((id) => ({ id, purpose: 'data' as const })),
      ],
      use: (turns) => {
        inUse = new Map(turns.map(({ purpose, id }) => [purpose, id]));
        leaseEnd = readAt + KEY_LEASE;
        return lastOfEach(turns).filter((turn) => !holds(turn));
      },
      rewrap: (row) => {
        const wrapper = keys.current('wrap');
        return row.wrappingKeyId === wrapper.id ? undefined : rewrapDataKey(ring, row, wrapper);
      },
    },
  };
}

function ringIn(path: string): KeyRing {
  const { keys, installation } = readStoredKeys(path);
  return keyRing(keys, installation);
}

const lastOfEach = (turns: readonly KeyName[]): readonly KeyName[] => [
  ...new Map(turns.map((turn) => [turn.purpose, turn])).values(),
];

// One whose wrapping key is not here yet is left for later: a new one may come before its key.
function openAll(
  ring: KeyRing,
  rows: readonly WrappedDataKey[],
  before: ReadonlyMap<string, KeyObject>,
): ReadonlyMap<string, KeyObject> {
  const here = rows.filter(({ wrappingKeyId }) => ring.byId('wrap', wrappingKeyId) !== undefined);
  return new Map(here.map((row) => [row.id, before.get(row.id) ?? unwrap(ring, row)]));
}
