import type { Command } from 'commander';
import type { Admin } from '../../client/index.js';
import { escapeText } from '../escape-text.js';
import { formatLength } from '../format-time.js';
import { userId } from '../look-up.js';
import { type Workbench, withServer } from '../with-server.js';

/** More than this, and a code of 30 s may be refused: one step each way. */
const TOLERABLE = 30_000;

/** `mfa diagnose`: which clock to mend when somebody's codes are refused. */
export function addDiagnose(mfa: Command, bench: Workbench): void {
  mfa
    .command('diagnose')
    .description('say which clock to mend when the codes of a user are refused')
    .argument('<user>', 'name or id')
    .action(
      withServer<[string]>(bench, async (online, [name]) => {
        const { server, user, here } = await online.call(async (sallyport) => {
          const found = await sallyport.admin.getUser({
            user: { $case: 'userId', value: await userId(sallyport, name) },
          });
          const asked = Date.now();
          const time = await sallyport.auth.getServerTime({});
          return { server: time, user: found.user, here: (asked + Date.now()) / 2 };
        });
        const apart = here - (server.serverTime?.getTime() ?? here);
        for (const finding of findings(escapeText(name), { trusted: server.trusted, apart, user })) online.say(finding);
      }),
    );
}

interface Clocks {
  readonly trusted: boolean;
  /** Milliseconds this machine is ahead of the server. */
  readonly apart: number;
  readonly user: Admin.User | undefined;
}

/** What to mend, the gravest first; the last one if nothing is found. */
export function findings(name: string, { trusted, apart, user }: Clocks): readonly string[] {
  const offset = user?.clockOffset && Number(user.clockOffset.seconds) * 1000;
  const found = [
    !trusted && "The server does not trust its clock: it accepts no code. Set the server's clock, by NTP.",
    offset &&
      `The phone of ${name} was ${side(offset)} the server at the last wrong code. Set the phone's clock to automatic.`,
    Math.abs(apart) > TOLERABLE &&
      `This machine is ${side(apart)} the server. One of the two is wrong: set it, by NTP.`,
    user?.waits.length && `${name} has failures that are counted: sallyport users show ${name}`,
  ].filter((text) => typeof text === 'string');
  return found.length > 0
    ? found
    : [`No clock is known to be off. Let ${name} try the code that the phone shows now, then ask again.`];
}

const side = (by: number): string => `${formatLength(Math.abs(by))} ${by < 0 ? 'behind' : 'ahead of'}`;
