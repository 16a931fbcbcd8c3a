import { foldCrockford } from '../credential/crockford.js';
import type { HashQueue, Randomness } from '../ports.js';
import { type RecoveryCode, SET_SIZE } from './recovery-code.js';
import type { RecoveryCodeStore } from './recovery-code-store.js';

interface Needs {
  readonly randomness: Randomness;
  readonly hashQueue: HashQueue;
}

/** A new set: what is shown once, and what is stored of it. */
export interface NewRecoveryCodes {
  /** `NN-XXXX-XXXX-XXXX-XXXX`, in their order. */
  readonly texts: readonly string[];
  readonly codes: readonly Omit<RecoveryCode, 'createdAt'>[];
}

/** Makes and hashes a set, outside any unit. Takes one place, and one hash after the other, so that others come between. */
export async function makeRecoveryCodes({ randomness, hashQueue }: Needs, userId: string): Promise<NewRecoveryCodes> {
  const place = hashQueue.enter();
  try {
    const texts: string[] = [];
    const codes: NewRecoveryCodes['codes'][number][] = [];
    for (let position = 1; position <= SET_SIZE; position++) {
      const secret = randomness.newRecoveryCode();
      texts.push(`${String(position).padStart(2, '0')}-${secret}`);
      const hash = await place.hash('recovery-code', userId, foldCrockford(secret));
      codes.push({ id: randomness.newId(), userId, position, hash });
    }
    return { texts, codes };
  } finally {
    place.leave();
  }
}

/** The set takes the place of the one before; no code of that one is right any more. */
export async function keepRecoveryCodes(
  store: RecoveryCodeStore,
  { codes }: NewRecoveryCodes,
  createdAt: number,
): Promise<void> {
  for (const code of codes) await store.keep({ ...code, createdAt });
}
