import type { Reply } from './connection.js';

/** What is sent again and again, and what has to come back. */
export interface Workload {
  /** The header block of its method. */
  readonly headers: Buffer;
  /** Which one comes next. Throws when there are no more. */
  readonly next: () => number;
  readonly message: (index: number) => Buffer;
  /** What is wrong with the reply, or undefined. */
  readonly fault: (index: number, reply: Reply) => string | undefined;
}
