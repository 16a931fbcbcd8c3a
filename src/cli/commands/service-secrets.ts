import { resolve } from 'node:path';
import type { Command } from 'commander';
import { instant, several } from '../choice.js';
import { componentId, userId } from '../look-up.js';
import { types } from '../message-types.js';
import { writeSecretTo } from '../secret-file.js';
import { type CommandContext, withServer } from '../with-server.js';

interface CreateOptions {
  component: string[];
  network: string[];
  until?: Date;
  out?: string;
}

/** `service-accounts secrets`: what service accounts sign in by. */
export function addServiceSecrets(accounts: Command, context: CommandContext): void {
  const secrets = accounts.command('secrets').description('manage the secrets of a service account');
  addCreate(secrets, context);
  secrets
    .command('list')
    .description("list an account's secrets; never the secrets themselves")
    .argument('<user>', 'name or id')
    .action(
      withServer<[string]>(context, async (online, [name]) => {
        const found = await online.call(async (sallyport) =>
          sallyport.admin.listServiceSecrets({ userId: await userId(sallyport, name) }),
        );
        online.list(found.serviceSecrets, types.serviceSecret, [
          ['SECRET ID', ({ secretId }) => secretId],
          ['COMPONENTS', ({ componentIds }) => componentIds],
          ['NETWORKS', ({ networks }) => networks],
          ['CREATED', ({ createTime }) => createTime],
          ['ENDS', ({ expireTime }) => expireTime],
          ['LAST USED', ({ lastUseTime }) => lastUseTime],
        ]);
      }),
    );
  secrets
    .command('revoke')
    .description('revoke a secret; its sessions are dead at once')
    .argument('<secret-id>')
    .action(
      withServer<[string]>(context, async (online, [secretId]) => {
        await online.call(({ admin }) => admin.revokeServiceSecret({ secretId }));
        online.done(`revoked ${secretId}`);
      }),
    );
}

function addCreate(secrets: Command, context: CommandContext): void {
  secrets
    .command('create')
    .description('make a secret and print it, once')
    .argument('<user>', 'name or id')
    .requiredOption('--component <component>', 'where it may be used, name or id; may be repeated', several)
    .requiredOption('--network <cidr>', 'from where, such as 192.0.2.0/24; may be repeated', several)
    .option('--until <time>', 'when it ends, UTC (in 365 days, or with the account)', instant)
    .option('--out <file>', 'write the secret to this new file, readable by you only')
    .action(
      withServer<[string], CreateOptions>(context, async (online, [name], { component, network, until, out }) => {
        const create = () =>
          online.call(async (sallyport) =>
            sallyport.admin.createServiceSecret({
              userId: await userId(sallyport, name),
              componentIds: await Promise.all(component.map((each) => componentId(sallyport, each))),
              networks: network,
              expireTime: until,
            }),
          );
        const file = out && resolve(context.shell.folder, out);
        const made = await writeSecretTo(file, create, ({ secret }) => secret);
        if (out) online.done(`wrote secret ${made.serviceSecret?.secretId} to ${out}`);
        else online.secret(made.secret, made, types.createdSecret);
      }),
    );
}
