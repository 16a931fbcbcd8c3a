/** What one right code spends: a sign-in at its challenge, and its user's factor. */
export interface Stake {
  readonly userId: string;
  readonly factorId: string;
  readonly signInId: string;
  /** Of the sign-in's token, in hex. */
  readonly digest: string;
}
