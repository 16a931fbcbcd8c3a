import type { Reply } from './connection.js';
import type { Fields } from './hpack.js';

/** What is sent again and again, and what has to come back. */
export interface Workload {
  /** The header fields of its method. */
  readonly headers: Fields;
  /** Which one comes next. Throws when there are no more. */
  readonly next: () => number;
  readonly message: (index: number) => Buffer;
  /** What is wrong with the reply, or undefined. */
  readonly fault: (index: number, reply: Reply) => string | undefined;
}
