/** What must be there after a kill: all that was acknowledged, and nothing by halves. */
import { type Connection, callHeaders, type Reply } from '../../bench/load/connection.js';
import type { Sink } from '../../bench/seed/sink.js';
import { ValidateSessionRequest } from '../../generated/sallyport/auth/v1/auth_service.js';
import { AUDIT } from '../../src/domain/audit/audit-codes.js';
import { opened, submitCode } from '../submit-code.js';
import type { Page } from './deeds.js';

/** What the database holds of one person, counted. */
interface Standing {
  readonly sessions: number;
  readonly signIns: number;
  readonly spent: number;
  readonly failures: number;
  readonly opened: number;
  readonly ended: number;
  readonly wrong: number;
}

const VALIDATE = callHeaders('/sallyport.auth.v1.AuthService/ValidateSession');

/** A line for each thing that is lost or half done, by the rows and at the door. */
export async function faultsOf(sink: Sink, connection: Connection, ledger: readonly Page[]): Promise<string[]> {
  const faults: string[] = [];
  for (const page of ledger) {
    faults.push(...faultsIn(page, await standingOf(sink, page.person.userId)));
    faults.push(...(await faultsAtTheDoor(connection, page)));
  }
  return faults;
}

async function standingOf(sink: Sink, userId: string): Promise<Standing> {
  const count = (table: string, where: string): string =>
    `(SELECT COUNT(*) FROM ${table} WHERE ${where.replace('?', `'${userId}'`)})`;
  const audits = (code: string): string => count('audit_events', `subject = ? AND code = '${code}'`);
  const subject = Buffer.from(userId).toString('hex');
  const [row] = await sink.all<Record<keyof Standing, number | string | null>>(`SELECT
    ${count('sessions', 'user_id = ?')} AS sessions,
    ${count('sign_ins', 'user_id = ?')} AS signIns,
    ${count('factors', 'user_id = ? AND last_step > -1')} AS spent,
    (SELECT SUM(failures) FROM waits WHERE subject = X'${subject}' AND kind = 'code') AS failures,
    ${audits(AUDIT.SESSION_OPENED)} AS opened,
    ${audits(AUDIT.SESSION_ENDED)} AS ended,
    ${audits(AUDIT.INVALID_CODE)} AS wrong`);
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value ?? 0)])) as never;
}

function faultsIn(page: Page, is: Standing): string[] {
  const { session, wrongAnswered, wrongSent, endAnswered, person, unexpected } = page;
  const faults = [
    unexpected !== undefined && `a call was answered with status ${unexpected}`,
    session !== undefined && is.opened < 1 && 'a session that was acknowledged is lost',
    endAnswered && is.ended < 1 && 'the end of a session that was acknowledged is lost',
    is.failures < wrongAnswered && `of ${wrongAnswered} failures that were answered ${is.failures} are counted`,
    is.failures > wrongSent && `${is.failures} failures are counted where ${wrongSent} codes were wrong`,
    is.failures !== is.wrong && `${is.failures} failures are counted and ${is.wrong} are in the trail`,
    is.sessions !== is.opened - is.ended && `${is.opened} opened and ${is.ended} ended, but ${is.sessions} are there`,
    is.spent !== is.opened && `${is.opened} sessions were opened and ${is.spent} steps are spent`,
    is.signIns !== person.signIns.length - is.opened && `${is.opened} opened, but ${is.signIns} sign-ins are left`,
  ];
  return faults.flatMap((fault) => (fault === false ? [] : [`${person.name}: ${fault}`]));
}

async function faultsAtTheDoor(connection: Connection, page: Page): Promise<string[]> {
  const { session, endSent, endAnswered, person, code } = page;
  if (session === undefined) return [];
  const faults: string[] = [];
  const { status } = await validate(connection, session);
  if (!endSent && status !== 0) faults.push(`${person.name}: the session that was acknowledged is answered ${status}`);
  if (endAnswered && status === 0) faults.push(`${person.name}: the session that was ended lives`);
  if (opened(await submitCode(connection, person.signIns[1] ?? '', code)))
    faults.push(`${person.name}: the code that was spent opened another session`);
  return faults;
}

/** ValidateSession by itself. */
export const validate = (connection: Connection, sessionToken: string): Promise<Reply> =>
  new Promise((done) => {
    const request = ValidateSessionRequest.encode({ sessionToken, passive: true }).finish();
    connection.call(VALIDATE, Buffer.from(request), done);
  });
