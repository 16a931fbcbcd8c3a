/** What people do while something is killed, and the ledger of what they were answered. */
import { type Connection, callHeaders, type Reply } from '../../bench/load/connection.js';
import { totpAt } from '../../bench/totp.js';
import { EndSessionRequest, VerifyOtpResponse } from '../../generated/sallyport/auth/v1/auth_service.js';
import type { Person } from '../seed-people.js';
import { submitCode } from '../submit-code.js';

/** One person's page in the ledger. */
export interface Page {
  readonly person: Person;
  readonly code: string;
  /** The session that was acknowledged. */
  session?: string;
  /** Wrong codes sent, and those that were answered with a no. */
  wrongSent: number;
  wrongAnswered: number;
  endSent: boolean;
  endAnswered: boolean;
  /** An answer that was not due. */
  unexpected?: number;
}

const WRITERS = 8;
const OK = 0;
const UNAUTHENTICATED = 16;
const END_SESSION = '/sallyport.auth.v1.AuthService/EndSession';

/** UNAVAILABLE, or the connection broke. */
const UNANSWERED = 14;

/** Another answer than the one that is due. */
class Unexpected extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`answered with status ${status}`);
    this.status = status;
  }
}

/** Everybody in turn signs in, guesses, or signs in and out again, until nobody is left or something gives no answer. */
export async function write(connection: Connection, people: readonly Person[], ledger: Page[]): Promise<void> {
  const left = people.entries();
  const writer = async (): Promise<void> => {
    for (const [index, person] of left) {
      const page = pageOf(person);
      ledger.push(page);
      try {
        await DEEDS[index % DEEDS.length]?.(connection, page);
      } catch (error) {
        if (!(error instanceof Unexpected)) throw error;
        if (error.status === UNANSWERED) return;
        page.unexpected = error.status;
      }
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

const pageOf = (person: Person): Page => ({
  person,
  code: totpAt(person.secret, Date.now()),
  wrongSent: 0,
  wrongAnswered: 0,
  endSent: false,
  endAnswered: false,
});

const DEEDS: readonly ((connection: Connection, page: Page) => Promise<void>)[] = [signIn, signIn, guess, signInAndOut];

async function signIn(connection: Connection, page: Page): Promise<void> {
  const reply = await submitCode(connection, page.person.signIns[0] ?? '', page.code);
  answeredWith(OK, reply);
  const { step } = VerifyOtpResponse.decode(reply.message);
  if (step?.step?.$case === 'session') page.session = step.step.value.sessionToken;
}

async function guess(connection: Connection, page: Page): Promise<void> {
  const wrong = String((Number(page.code) + 500_000) % 1_000_000).padStart(6, '0');
  for (const token of page.person.signIns) {
    page.wrongSent += 1;
    answeredWith(UNAUTHENTICATED, await submitCode(connection, token, wrong));
    page.wrongAnswered += 1;
  }
}

async function signInAndOut(connection: Connection, page: Page): Promise<void> {
  await signIn(connection, page);
  page.endSent = true;
  const request = Buffer.from(EndSessionRequest.encode(EndSessionRequest.fromPartial({})).finish());
  const headers = callHeaders(END_SESSION, { authorization: `Bearer ${page.session ?? ''}` });
  answeredWith(OK, await new Promise<Reply>((done) => connection.call(headers, request, done)));
  page.endAnswered = true;
}

function answeredWith(expected: number, { status }: Reply): void {
  if (status !== expected) throw new Unexpected(status);
}
