export type WaitKind = 'password' | 'code' | 'recovery';

/** Whose failures: for `password` the lock key of the name, for the others the user id as bytes. */
export interface WaitKey {
  readonly subject: Uint8Array;
  readonly kind: WaitKind;
}

/** What is stored of failures; what follows from it is computed by `lockout.ts`, never stored. */
export interface WaitRow {
  readonly failures: number;
  /** When the last failure was counted; 0 before the first. */
  readonly lastFailure: number;
  /** Rises with every success, so that a slow success cannot take away what came after. */
  readonly generation: number;
  /** Wrong codes after a right password in the last thirty days; only kept for `code`. */
  readonly budgetSpent: number;
}
