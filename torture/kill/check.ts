/** What must be there after a kill: all that was acknowledged, and nothing by halves. */
import { type Connection, callHeaders, type Reply } from '../../bench/load/connection.js';
import type { Sink } from '../../bench/seed/sink.js';
import { totpAt } from '../../bench/totp.js';
import { ValidateSessionRequest } from '../../generated/sallyport/auth/v1/auth_service.js';
import { opened, submitCode } from '../submit-code.js';
import type { Page } from './ledger.js';
import { type Standing, standingOf } from './standing.js';

const VALIDATE = callHeaders('/sallyport.auth.v1.AuthService/ValidateSession');

/** A line for each thing that is lost or half done, by the rows and at the door. */
export async function faultsOf(sink: Sink, connection: Connection, ledger: readonly Page[]): Promise<string[]> {
  const faults: string[] = [];
  for (const page of ledger) {
    const is = await standingOf(sink, page.person.userId);
    const found = [...faultsIn(page, is), ...guessesIn(page, is), ...(await faultsAtTheDoor(connection, page))];
    faults.push(...found.map((fault) => `${page.person.name}: ${fault}`));
  }
  return faults;
}

const those = (faults: readonly (string | false)[]): string[] =>
  faults.flatMap((fault) => (fault === false ? [] : [fault]));

function faultsIn({ session, begun, passwordSent, endAnswered, person, unexpected }: Page, is: Standing): string[] {
  const left = person.signIns.length - is.opened;
  return those([
    unexpected !== undefined && `a call was answered with status ${unexpected}`,
    session !== undefined && is.opened < 1 && 'a session that was acknowledged is lost',
    endAnswered && is.ended < 1 && 'the end of a session that was acknowledged is lost',
    is.sessions !== is.opened - is.ended && `${is.opened} opened and ${is.ended} ended, but ${is.sessions} are there`,
    is.spent !== is.opened && `${is.opened} sessions were opened and ${is.spent} steps are spent`,
    is.signIns < left + Number(begun !== undefined) && `a sign-in is lost: ${is.signIns} are left`,
    is.signIns > left + Number(passwordSent) && `${is.opened} opened, but ${is.signIns} sign-ins are left`,
  ]);
}

/** A password's failure is counted before it is looked at: a death in between leaves one too many, and none too few. */
function guessesIn(page: Page, is: Standing): string[] {
  const { wrongAnswered, wrongSent, guessesAnswered, guessesSent, begun, passwordSent } = page;
  return those([
    is.failures < wrongAnswered && `of ${wrongAnswered} failures that were answered ${is.failures} are counted`,
    is.failures > wrongSent && `${is.failures} failures are counted where ${wrongSent} codes were wrong`,
    is.failures !== is.wrong && `${is.failures} failures are counted and ${is.wrong} are in the trail`,
    is.guesses < guessesAnswered && `of ${guessesAnswered} wrong passwords ${is.guesses} are counted`,
    is.guesses > guessesSent + Number(passwordSent) && `${is.guesses} passwords are counted where ${guessesSent} were`,
    is.guessed < guessesAnswered && `of ${guessesAnswered} wrong passwords ${is.guessed} are in the trail`,
    is.guessed > is.guesses && `${is.guessed} wrong passwords are in the trail and ${is.guesses} are counted`,
    begun !== undefined && is.guesses > 0 && 'a right password is counted as a failure',
  ]);
}

async function faultsAtTheDoor(connection: Connection, page: Page): Promise<string[]> {
  const { session, begun, endSent, endAnswered, person, code } = page;
  const faults: string[] = [];
  if (begun !== undefined && !opened(await submitCode(connection, begun, totpAt(person.secret, Date.now()))))
    faults.push('a sign-in that was acknowledged opens nothing');
  if (session === undefined) return faults;
  const { status } = await validate(connection, session);
  if (!endSent && status !== 0) faults.push(`the session that was acknowledged is answered ${status}`);
  if (endAnswered && status === 0) faults.push('the session that was ended lives');
  if (opened(await submitCode(connection, person.signIns[1] ?? '', code)))
    faults.push('the code that was spent opened another session');
  return faults;
}

/** ValidateSession by itself. */
export const validate = (connection: Connection, sessionToken: string): Promise<Reply> =>
  new Promise((done) => {
    const request = ValidateSessionRequest.encode({ sessionToken, passive: true }).finish();
    connection.call(VALIDATE, Buffer.from(request), done);
  });
