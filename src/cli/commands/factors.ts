import type { Command } from 'commander';
import type { Sallyport } from '../../client/index.js';
import { factorId } from '../find-factor.js';
import { showFactors } from '../show-factors.js';
import { askTwoCodes } from '../sign-in/ask-two-codes.js';
import { enrollPhone } from '../sign-in/enroll-phone.js';
import { type CommandContext, withServer } from '../with-server.js';

const device = ['<device>', 'label or id'] as const;

/** `factors`: one's own devices. */
export function addFactors(program: Command, context: CommandContext): void {
  const factors = program.command('factors').description('see to your own devices: the second door');
  factors
    .command('list')
    .description('list your devices')
    .action(
      withServer(context, async (online) => {
        showFactors(online, await online.call(({ auth }) => auth.listFactors({})));
      }),
    );
  addAdd(factors, context);
  factors
    .command('rename')
    .description('give one of your devices another label')
    .argument(...device)
    .argument('<label>', 'what to call it from now on')
    .action(
      withServer<[string, string]>(context, async (online, [given, label]) => {
        await online.call(async (sallyport) =>
          sallyport.auth.renameFactor({ factorId: await own(sallyport, given), label }),
        );
        online.done(`renamed ${given} to ${label}`);
      }),
    );
  addSuspend(factors, context);
  addRemove(factors, context);
  factors
    .command('resync')
    .description('bring a token that counts back in step, by two codes it shows one after the other')
    .argument(...device)
    .action(
      withServer<[string]>(context, async (online, [given]) => {
        const factor = await online.call((sallyport) => own(sallyport, given));
        const codes = await askTwoCodes(online.prompter);
        await online.call(({ auth }) => auth.resyncFactor({ factorId: factor, ...codes }));
        online.done(`${given} is in step again`);
      }),
    );
}

function addAdd(factors: Command, context: CommandContext): void {
  factors
    .command('add')
    .description('enrol another phone of yours, in the kept session')
    .option('--label <text>', 'what to call it')
    .option('--with-code', 'ask for an enrolment code first, as a first phone may need')
    .action(
      withServer<[], { label?: string; withCode?: boolean }>(
        context,
        async (online, _, { label, withCode = false }) => {
          await online.call(({ auth }) => enrollPhone({ ...online, auth }, { codeRequired: withCode, label }));
        },
      ),
    );
}

function addSuspend(factors: Command, context: CommandContext): void {
  factors
    .command('suspend')
    .description('shut a lost device out at once; ends your other sessions')
    .argument(...device)
    .action(
      withServer<[string]>(context, async (online, [given]) => {
        const { session } = await online.call(async (sallyport) =>
          sallyport.auth.suspendFactor({ factorId: await own(sallyport, given) }),
        );
        online.enter(session?.sessionToken ?? '', online.username());
        online.done(`suspended ${given}; your other sessions have ended`);
        online.say(
          'It proves nothing any more. Remove it once you have another one; only an administrator resumes it.',
        );
      }),
    );
}

function addRemove(factors: Command, context: CommandContext): void {
  factors
    .command('remove')
    .description('remove one of your devices; ends your other sessions')
    .argument(...device)
    .action(
      withServer<[string]>(context, async (online, [given]) => {
        const { session } = await online.call(async (sallyport) =>
          sallyport.auth.removeFactor({ factorId: await own(sallyport, given) }),
        );
        online.enter(session?.sessionToken ?? '', online.username());
        online.done(`removed ${given}; your other sessions have ended`);
      }),
    );
}

const own = async ({ auth }: Sallyport, given: string): Promise<string> =>
  factorId((await auth.listFactors({})).factors, given);
