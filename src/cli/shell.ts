import type { Readable, Writable } from 'node:stream';

/** What the command line touches of the world around it. */
export interface Shell {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** The user's home folder. */
  readonly home: string;
  /** Where relative paths begin. */
  readonly folder: string;
  /** Of the package. */
  readonly version: string;
}
