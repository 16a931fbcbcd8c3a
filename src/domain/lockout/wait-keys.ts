import type { TokenHashes } from '../ports.js';
import type { WaitKey } from './wait-row.js';

/** Keyed by the name for every name, known or not, so that nothing tells them apart. */
export const passwordWait = (hashes: TokenHashes, canonicalName: string): WaitKey => ({
  subject: hashes.lockKey(canonicalName),
  kind: 'password',
});

/** All code factors of a user share one ladder. */
export const codeWait = (userId: string): WaitKey => ({ subject: Buffer.from(userId), kind: 'code' });

export const recoveryWait = (userId: string): WaitKey => ({ subject: Buffer.from(userId), kind: 'recovery' });
