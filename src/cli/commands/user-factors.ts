import type { Command } from 'commander';
import type { AdminClient, Sallyport } from '../../client/index.js';
import { factorId } from '../find-factor.js';
import { userId } from '../look-up.js';
import { showFactors } from '../show-factors.js';
import { type CommandContext, withServer } from '../with-server.js';

type Change = (admin: AdminClient, request: { userId: string; factorId: string }) => Promise<unknown>;

/** `users factors`: the devices of others. */
export function addUserFactors(users: Command, context: CommandContext): void {
  const factors = users.command('factors').description("see to a user's devices");
  factors
    .command('list')
    .description('list the devices of a user')
    .argument('<user>', 'name or id')
    .action(
      withServer<[string]>(context, async (online, [name]) => {
        const found = await online.call(async (sallyport) =>
          sallyport.admin.listUserFactors({ userId: await userId(sallyport, name) }),
        );
        showFactors(online, found);
      }),
    );
  addChange(
    factors,
    context,
    ['suspend', 'suspended'],
    'shut a lost device out, and end their sessions',
    (admin, which) => admin.suspendUserFactor(which),
  );
  addChange(factors, context, ['resume', 'resumed'], 'let a suspended device prove again', (admin, which) =>
    admin.resumeUserFactor(which),
  );
  addChange(factors, context, ['remove', 'removed'], 'remove a device, and end their sessions', (admin, which) =>
    admin.removeUserFactor(which),
  );
}

function addChange(
  factors: Command,
  context: CommandContext,
  [verb, past]: readonly [string, string],
  description: string,
  change: Change,
): void {
  factors
    .command(verb)
    .description(description)
    .argument('<user>', 'name or id')
    .argument('<device>', 'label or id')
    .action(
      withServer<[string, string]>(context, async (online, [name, device]) => {
        await online.call(async (sallyport) => change(sallyport.admin, await which(sallyport, name, device)));
        online.done(`${past} ${device} of ${name}`);
      }),
    );
}

async function which(sallyport: Sallyport, name: string, device: string) {
  const id = await userId(sallyport, name);
  const { factors } = await sallyport.admin.listUserFactors({ userId: id });
  return { userId: id, factorId: factorId(factors, device) };
}
