import type { Sallyport } from '../../test/support/sallyport.js';

/** Something that happens to a database for a while. */
export interface DatabaseFault {
  readonly what: string;
  readonly begin: () => Promise<unknown> | unknown;
  readonly end: () => Promise<unknown> | unknown;
  /** Milliseconds between the two. */
  readonly lasts: number;
  /** Nothing can be kept meanwhile, so no change may be acknowledged. */
  readonly keepsNothing?: true;
}

/** A server and what can happen to its database; in quick form the first faults are tried. */
export interface Site {
  readonly server: Sallyport;
  readonly faults: readonly DatabaseFault[];
  readonly stop: () => Promise<void>;
}

/** Starts a server from an entry of the compiled tree. */
export type StartSite = (entry: string) => Promise<Site>;
