/** Crypto keeps secrets: keys, envelopes, hashes, codes and randomness. It decides nothing. */
export { createBlocklist } from './blocklist.js';
export { createEnvelope, newDataKey } from './envelope.js';
export { openKeys } from './held-keys.js';
export { changeKeyFile, createKeyFile, keyFileExists, newKey, readKeyFile, readStoredKeys } from './key-file.js';
export type { KeyRing } from './key-ring.js';
export { createPageMac, createSecretDigest, createTokenHashes } from './keyed-hash.js';
export { otpCodes } from './otp-codes.js';
export { createHashQueue, type HashParameters } from './password-hash.js';
export { createRandomness } from './random.js';
