/** What people were answered before something was killed. */
import { totpAt } from '../../bench/totp.js';
import type { Person } from '../seed-people.js';

/** One person's page in the ledger. */
export interface Page {
  readonly person: Person;
  readonly code: string;
  /** The session that was acknowledged. */
  session?: string;
  /** The sign-in that a right password began, and that was acknowledged. */
  begun?: string;
  passwordSent: boolean;
  /** Wrong codes sent, and those that were answered with a no. */
  wrongSent: number;
  wrongAnswered: number;
  /** The same of passwords. */
  guessesSent: number;
  guessesAnswered: number;
  endSent: boolean;
  endAnswered: boolean;
  /** An answer that was not due. */
  unexpected?: number;
}

/** How many answers are on a page. */
export const answersOn = ({ session, begun, wrongAnswered, guessesAnswered, endAnswered }: Page): number =>
  wrongAnswered + guessesAnswered + Number(session !== undefined) + Number(begun !== undefined) + Number(endAnswered);

export const pageOf = (person: Person): Page => ({
  person,
  code: totpAt(person.secret, Date.now()),
  passwordSent: false,
  wrongSent: 0,
  wrongAnswered: 0,
  guessesSent: 0,
  guessesAnswered: 0,
  endSent: false,
  endAnswered: false,
});
