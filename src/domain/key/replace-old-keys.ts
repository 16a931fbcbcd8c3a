import { SECRET_PLACE } from '../factor/look-at-code.js';
import type { Envelope, Sealed } from '../ports.js';
import type { CommittedReads, UnitOfWork } from '../stores.js';
import { type HeldKeys, TURN_GRACE } from './key.js';
import type { SealedRow, SealedTable } from './key-store.js';
import type { OutdatedHashes } from './outdated-hashes.js';

const BATCH = 100;

interface Needs {
  readonly unitOfWork: UnitOfWork;
  readonly reads: CommittedReads;
  readonly envelope: Envelope;
  readonly held: HeldKeys;
  readonly outdated: OutdatedHashes;
}

/**
 * Frees old keys of their rows while everything is served: data keys go under the new wrapping key, secrets under the
 * new data key, and hashes of tokens that were shown here under the new MAC key. In small units, each change only where
 * nobody else made one; passwords are hashed anew at sign-in. What does not open is left as it is.
 */
export function replaceOldKeys(needs: Needs): () => Promise<void> {
  const replaceSecrets = resealSecrets(needs);
  return async () => {
    await rehashTokens(needs);
    await rewrapDataKeys(needs);
    await replaceSecrets();
  };
}

async function rehashTokens({ unitOfWork, outdated }: Needs): Promise<void> {
  for (let some = outdated.take(BATCH); some.length > 0; some = outdated.take(BATCH)) {
    const hashes = some.toSorted((a, b) => (a.rowId < b.rowId ? -1 : 1));
    await unitOfWork(async ({ keys, invariants }) => {
      // What is remembered of component keys is good for as long as the shared row does not change.
      if (hashes.some(({ purpose }) => purpose === 'component-key')) await invariants.touch('administration');
      for (const { purpose, rowId, stored, fresh } of hashes) {
        const table = TABLES[purpose];
        if (table) await keys.rehash(table, rowId, stored, fresh);
      }
    });
  }
}

// A sign-in gets a new token at its next step, a service secret a new hash at its next use.
const TABLES = {
  session: 'sessions',
  'component-key': 'component_keys',
  'sign-in': undefined,
  'service-secret': undefined,
} as const;

async function rewrapDataKeys({ unitOfWork, reads, held }: Needs): Promise<void> {
  for (const row of await reads(({ installation }) => installation.dataKeys())) {
    const to = held.list().some(({ id }) => id === row.id) ? held.rewrap(row) : undefined;
    if (to) await unitOfWork(({ keys }) => keys.rewrapDataKey(row, to));
  }
}

// A key's first pass may miss what was under way with the one before; from its grace on there is nothing more to come.
function resealSecrets(needs: Needs): () => Promise<void> {
  let freed: string | undefined;
  return async () => {
    const { turns, now } = await needs.reads(async ({ keys }) => ({
      turns: await keys.turns(),
      now: await keys.now(),
    }));
    const inUse = turns.findLast(({ purpose }) => purpose === 'data');
    if (!inUse || freed === inUse.id) return;
    for (const table of ['factors', 'pending_factors'] as const) await resealTable(needs, table, inUse.id);
    if (now > inUse.activatedAt + TURN_GRACE) freed = inUse.id;
  };
}

async function resealTable(needs: Needs, table: SealedTable, dataKeyId: string): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await needs.reads(({ keys }) => keys.sealedUnderOthers(table, dataKeyId, after, BATCH));
    const last = rows.at(-1);
    if (!last) return;
    const changes = rows.flatMap((row) => resealed(needs.envelope, row, dataKeyId));
    await needs.unitOfWork(async ({ keys }) => {
      for (const { row, to } of changes) await keys.reseal(table, row, to);
    });
    after = last.key;
  }
}

function resealed(envelope: Envelope, row: SealedRow, dataKeyId: string): { row: SealedRow; to: Sealed }[] {
  try {
    const to = envelope.seal(envelope.open(row.sealed, SECRET_PLACE, row.binding), SECRET_PLACE, row.binding);
    return to.dataKeyId === dataKeyId ? [{ row, to }] : [];
  } catch {
    return [];
  }
}
