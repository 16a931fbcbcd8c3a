/**
 * Group: named sets of external principals. Owns their list; its use now is to stand in the way of multi-factor
 * authentication, which policy decides.
 */

/** A named set of external principals; it cannot hold a second factor, and its use now is to refuse. */
export interface Group {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: number;
}
