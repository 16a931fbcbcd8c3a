import { foldCrockford } from '../credential/crockford.js';
import type { HashQueue, Randomness, SlowHash } from '../ports.js';
import type { Stores } from '../stores.js';

/** How long an enrolment code can be used. */
const ENROLLMENT_CODE_LIFETIME = 24 * 60 * 60_000;

interface Needs {
  readonly randomness: Randomness;
  readonly hashQueue: HashQueue;
}

/** What is shown once, and what is stored of it. */
interface NewCode {
  readonly id: string;
  readonly text: string;
  readonly hash: SlowHash;
}

/** Makes and hashes an enrolment code, outside any unit. */
export async function makeEnrollmentCode({ randomness, hashQueue }: Needs, userId: string): Promise<NewCode> {
  const text = randomness.newEnrollmentCode();
  const place = hashQueue.enter();
  try {
    return { id: randomness.newId(), text, hash: await place.hash('enrollment-code', userId, foldCrockford(text)) };
  } finally {
    place.leave();
  }
}

/** The code takes the place of the one before. Answers when it ends. */
export async function keepEnrollmentCode(
  stores: Stores,
  userId: string,
  { id, hash }: NewCode,
  now: number,
  lifetime = ENROLLMENT_CODE_LIFETIME,
): Promise<number> {
  const expiresAt = now + lifetime;
  await stores.enrollmentCodes.set({ id, userId, hash, createdAt: now, expiresAt, tries: 0 });
  return expiresAt;
}
