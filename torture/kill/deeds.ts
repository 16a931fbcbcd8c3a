/** What people do while something is killed. */
import { type Connection, callHeaders, type Reply } from '../../bench/load/connection.js';
import { PASSWORD } from '../../bench/seed/seed-passwords.js';
import {
  EndSessionRequest,
  StartSignInRequest,
  StartSignInResponse,
  VerifyOtpResponse,
} from '../../generated/sallyport/auth/v1/auth_service.js';
import type { Person } from '../seed-people.js';
import { submitCode } from '../submit-code.js';
import { type Page, pageOf } from './ledger.js';

const WRITERS = 8;
const OK = 0;
const UNAUTHENTICATED = 16;
/** UNAVAILABLE, or the connection broke. */
const UNANSWERED = 14;
const END_SESSION = '/sallyport.auth.v1.AuthService/EndSession';
const START_SIGN_IN = callHeaders('/sallyport.auth.v1.AuthService/StartSignIn');
const GUESSES = 3;

/** Another answer than the one that is due. */
class Unexpected extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`answered with status ${status}`);
    this.status = status;
  }
}

/** Everybody in turn does something through one of the connections, until nobody is left or what it leads to gives no answer. */
export async function write(
  connections: readonly Connection[],
  people: readonly Person[],
  ledger: Page[],
): Promise<void> {
  const left = people.entries();
  const writer = async (connection: Connection): Promise<void> => {
    for (const [index, person] of left) {
      const page = pageOf(person);
      ledger.push(page);
      try {
        await deedOf(index)(connection, page);
      } catch (error) {
        if (!(error instanceof Unexpected)) throw error;
        if (error.status === UNANSWERED) return;
        page.unexpected = error.status;
      }
    }
  };
  await Promise.all(connections.flatMap((connection) => Array.from({ length: WRITERS }, () => writer(connection))));
}

type Deed = (connection: Connection, page: Page) => Promise<void>;

const deedOf = (index: number): Deed => DEEDS[index % DEEDS.length] ?? signIn;

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

async function guessPassword(connection: Connection, page: Page): Promise<void> {
  for (let guesses = 0; guesses < GUESSES; guesses++) {
    page.guessesSent += 1;
    answeredWith(UNAUTHENTICATED, await startSignIn(connection, page.person, 'not the password'));
    page.guessesAnswered += 1;
  }
}

async function begin(connection: Connection, page: Page): Promise<void> {
  page.passwordSent = true;
  const reply = await startSignIn(connection, page.person, PASSWORD);
  answeredWith(OK, reply);
  const { step } = StartSignInResponse.decode(reply.message);
  if (step?.step?.$case === 'challenge') page.begun = step.step.value.signInToken;
}

const DEEDS: readonly Deed[] = [signIn, guessPassword, guess, begin, signInAndOut];

/** Who of so many people begins with a password. */
export const beginners = (people: readonly Person[], aCycle: number): Person[] =>
  people.filter((_, index) => deedOf(index % aCycle) === begin);

const startSignIn = (connection: Connection, { name: username }: Person, password: string): Promise<Reply> =>
  new Promise((done) => {
    const request = { username, password, clientContext: undefined };
    connection.call(START_SIGN_IN, Buffer.from(StartSignInRequest.encode(request).finish()), done);
  });

function answeredWith(expected: number, { status }: Reply): void {
  if (status !== expected) throw new Unexpected(status);
}
