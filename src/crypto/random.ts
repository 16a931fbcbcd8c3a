import { randomBytes, randomFillSync, randomInt } from 'node:crypto';
import { monotonicFactory } from 'ulid';
import type { Clock, Randomness } from '../domain/ports.js';

// Without 0 O 1 I L U, which a tired person mistakes for another.
const READABLE = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const pick = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

const grouped = (text: string): string => text.match(/.{4}/g)?.join('-') ?? text;

const SECRET = 32;
const POOL = 128 * SECRET;

/** 256 bits as text. Many are drawn at once, since each draw is a system call; what was given out is erased. */
function tokenSecrets(): () => string {
  const pool = Buffer.alloc(POOL);
  let at = POOL;
  return () => {
    if (at === POOL) {
      randomFillSync(pool);
      at = 0;
    }
    const bytes = pool.subarray(at, at + SECRET);
    at += SECRET;
    const text = bytes.toString('base64url');
    bytes.fill(0);
    return text;
  };
}

/** Everything random, from the operating system's generator. Ids take their time from the given clock. */
export function createRandomness(clock: Clock): Randomness {
  const ulid = monotonicFactory(() => randomInt(0, 2 ** 32) / 2 ** 32);
  return {
    newId: () => ulid(clock()).toLowerCase(),
    newTokenSecret: tokenSecrets(),
    newOtpSecret: () => randomBytes(20),
    // 24 of 30 letters and digits: 117 bits.
    newOneTimePassword: () => grouped(pick(READABLE, 24)),
    // 16 of 32: 80 bits.
    newEnrollmentCode: () => grouped(pick(CROCKFORD, 16)),
    newRecoveryCode: () => grouped(pick(CROCKFORD, 16)),
  };
}
