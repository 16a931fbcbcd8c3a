import type { Command } from 'commander';
import type { Admin, Sallyport } from '../../client/index.js';
import { userId } from '../look-up.js';
import { type Clocks, whichClock } from '../which-clock.js';
import { type CommandContext, withServer } from '../with-server.js';

/** `mfa diagnose`: which clock to mend when somebody's codes are refused. */
export function addDiagnose(mfa: Command, context: CommandContext): void {
  mfa
    .command('diagnose')
    .description('say which clock to mend when the codes of a user are refused')
    .argument('<user>', 'name or id')
    .action(
      withServer<[string]>(context, async (online, [name], { json }: { json?: boolean }) => {
        const { user, clocks } = await online.call((sallyport) => compare(sallyport, name));
        const found = whichClock(name, clocks);
        if (json) return online.facts({ ...asJson(clocks), mend: found.map(({ clock }) => clock) }, []);
        for (const { sentence } of found) online.done(sentence);
        if (found.length === 0) online.done(noneKnown(name));
        if (user?.waits.some(({ failures }) => failures > 0))
          online.done(`Failures of ${name} are counted: sallyport users show ${name}`);
      }),
    );
}

async function compare(sallyport: Sallyport, name: string): Promise<{ user: Admin.User | undefined; clocks: Clocks }> {
  const value = await userId(sallyport, name);
  const { user } = await sallyport.admin.getUser({ user: { $case: 'userId', value } });
  const asked = Date.now();
  const { serverTime, trusted } = await sallyport.auth.getServerTime({});
  // The server's time lies between asking and hearing.
  const here = (asked + Date.now()) / 2;
  const by = user?.clockOffset && Number(user.clockOffset.seconds) * 1000;
  const phone = by === undefined ? undefined : { by, at: user?.clockOffsetTime };
  return { user, clocks: { trusted, machine: here - (serverTime?.getTime() ?? here), phone } };
}

const asJson = ({ trusted, machine, phone }: Clocks): object => ({
  serverTrusted: trusted,
  machineOffsetSeconds: Math.round(machine / 1000),
  phoneOffsetSeconds: phone === undefined ? null : phone.by / 1000,
  phoneOffsetTime: phone?.at?.toISOString() ?? null,
});

const noneKnown = (name: string): string =>
  `No clock is known to be off. Let ${name} try the code that the phone shows now, then ask again; where the phone is ahead, ` +
  'its code has to pass before it is told: twelve minutes at most.';
