/**
 * Anchor: what is remembered outside the database, so that a database from a backup is noticed. Spent codes, ended sessions,
 * waits and removed administrators would come back with it. Owns what is remembered, how it is compared, and what an operator
 * does to go on with such a database. Where it is kept is persistence's business.
 */

/** An audit event that was committed, by what tells it from any other in its place. */
export interface Anchored {
  readonly sequence: number;
  readonly at: number;
}

export interface Anchor {
  /** Whose database it is: the key file's installation. */
  readonly installation: string;
  /** The last events seen, oldest first. Several, since on a cluster numbers are not given in the order of commits. */
  readonly events: readonly Anchored[];
  /** The latest time that was believed; milliseconds since 1970. */
  readonly time: number;
}

/** Where the anchor is kept. */
export interface AnchorFile {
  /** Undefined where there is none yet. */
  readonly read: () => Anchor | undefined;
  /** Durable when it ends. One at a time. */
  readonly write: (anchor: Anchor) => Promise<void>;
}
