/** What the domain needs from outside and never makes itself: time, randomness, keys, hashes. Storage is in `stores.ts`. */

/** Milliseconds since 1970, UTC. */
export type Clock = () => number;

/** Tells whether the clock can be relied on; while not, no code is accepted. */
export type ClockTrust = () => boolean;

/** A new 26-character ULID in lower case: unique, sortable by time, no secret. */
export type NewId = () => string;

export interface Randomness {
  readonly newId: NewId;
  /** 256 random bits, 43 characters base64url. */
  readonly newTokenSecret: () => string;
  /** 160 random bits: a TOTP secret (RFC 4226 R6). */
  readonly newOtpSecret: () => Uint8Array;
  /** A one-time password for a person to type: at least 100 bits, groups of letters and digits that are hard to mistake. */
  readonly newOneTimePassword: () => string;
  /** 80 bits in Crockford base32, `XXXX-XXXX-XXXX-XXXX`. */
  readonly newEnrollmentCode: () => string;
  /** The same again: what follows a recovery code's index. */
  readonly newRecoveryCode: () => string;
}

/** What a stored hash was made for; no hash of one purpose passes for another. */
export type HashPurpose = 'session' | 'sign-in' | 'component-key' | 'service-secret';

/** Names the row and the owner a secret belongs to, so that a hash cannot be moved to another row or user. */
export interface Binding {
  readonly rowId: string;
  /** The user's id; for a component key the component's id. */
  readonly ownerId: string;
}

/** HMAC-SHA-256 under a key from the key file. */
export interface KeyedHash {
  readonly keyId: string;
  readonly digest: Uint8Array;
}

/** Hashes of what has 128 bits or more: tokens and keys. Constant-time compare. */
export interface TokenHashes {
  readonly hash: (purpose: HashPurpose, binding: Binding, secret: string) => KeyedHash;
  readonly matches: (purpose: HashPurpose, binding: Binding, secret: string, stored: KeyedHash) => boolean;
  /** The wait row's key of a canonical name, under the lock key: 32 bytes. */
  readonly lockKey: (canonicalName: string) => Uint8Array;
  /** What stands for an unknown name in the audit trail: 32 lower-case hex characters. */
  readonly nameDigest: (canonicalName: string) => string;
}

/** What people type and machines can guess: hashed with Argon2id over HMAC(pepper, purpose | user id | secret). */
export type SlowHashPurpose = 'password' | 'one-time-password' | 'enrollment-code' | 'recovery-code';

export interface SlowHash {
  readonly pepperId: string;
  /** PHC string. */
  readonly phc: string;
}

export interface SlowVerdict {
  readonly right: boolean;
  /** Weaker than today's parameters, or under an old pepper: hash again. */
  readonly outdated: boolean;
}

/** A place in the bounded hash queue. Every place must be left, in a `finally`; leaving twice does nothing. */
export interface HashPlace {
  readonly verify: (purpose: SlowHashPurpose, userId: string, secret: string, stored: SlowHash) => Promise<SlowVerdict>;
  /** Costs what `verify` costs and is never right: for names that do not exist. */
  readonly verifyDecoy: (purpose: SlowHashPurpose, secret: string) => Promise<SlowVerdict>;
  readonly hash: (purpose: SlowHashPurpose, userId: string, secret: string) => Promise<SlowHash>;
  readonly leave: () => void;
}

/** Argon2 runs with as many threads as cores behind a bounded queue. */
export interface HashQueue {
  /**
   * Takes a place at once, or refuses OVERLOADED with RetryInfo, or BACKEND_UNAVAILABLE without the pepper in use. Nothing is
   * counted before.
   */
  readonly enter: () => HashPlace;
}

export interface HashRoom {
  /** Refuses as `enter` would now, and takes no place. */
  readonly mustHaveRoom: () => void;
}

/** AES-256-GCM under a data key, bound (AAD) to table, row and owner. */
export interface Sealed {
  readonly dataKeyId: string;
  /** nonce (12) | ciphertext | tag (16). */
  readonly box: Uint8Array;
}

export interface Envelope {
  readonly seal: (plain: Uint8Array, table: string, binding: Binding) => Sealed;
  /** Throws Refusal BACKEND_UNAVAILABLE when the box does not open: moved, altered, or its key is missing. */
  readonly open: (sealed: Sealed, table: string, binding: Binding) => Uint8Array;
}

export type OtpAlgorithm = 'SHA1' | 'SHA256' | 'SHA512';

/** How a factor's codes are made: TOTP (RFC 6238), or HOTP (RFC 4226), which has no period. */
export interface TotpShape {
  readonly algorithm: OtpAlgorithm;
  readonly digits: 6 | 8;
  /** Seconds. */
  readonly period: 30 | 60;
}

/** RFC 4226 and RFC 6238 arithmetic; keeps no state. A code is digits only here. */
export interface OtpCodes {
  /** The step whose code this is, searched from `from` to `to` inclusive, nearest to `around` first. */
  readonly matchStep: (
    secret: Uint8Array,
    shape: TotpShape,
    code: string,
    range: { readonly around: number; readonly from: number; readonly to: number },
  ) => number | undefined;
  readonly otpauthUri: (secret: Uint8Array, shape: TotpShape, issuer: string, account: string) => string;
  readonly base32: (secret: Uint8Array) => string;
  /** Undefined when it is no base32; case, spaces and padding do not matter. */
  readonly parseBase32: (text: string) => Uint8Array | undefined;
  readonly qrSvg: (text: string) => string;
}

/** Whether a whole password is among the known bad ones. */
export type Blocklist = (password: string) => boolean;
