/** A value of a recorded statement: as it was, or whose it is. Bytes travel as hex. */
export type Bound =
  | string
  | number
  | null
  | { readonly hex: string }
  | { readonly is: 'userId' | 'factorId' | 'signInId' | 'userIdBytes' | 'digest' | 'fresh' };

/** One statement as the product sends it. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly Bound[];
  /** Rows that it changed; 0 for a question. */
  readonly changed: number;
}
