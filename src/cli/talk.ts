import type { AuthClient } from '../client/index.js';
import type { Prompter } from './prompter.js';

/** A conversation with a person while a server asks for proofs. */
export interface Talk {
  readonly auth: AuthClient;
  readonly prompter: Prompter;
  /** Says a line on stderr. The text must be escaped. */
  readonly say: (text: string) => void;
}
