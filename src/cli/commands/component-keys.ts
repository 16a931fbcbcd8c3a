import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Admin } from '../../client/index.js';
import { word } from '../cell.js';
import { componentId } from '../look-up.js';
import { types } from '../message-types.js';
import type { Online } from '../online.js';
import { writeSecretTo } from '../secret-file.js';
import { type CommandContext, withServer } from '../with-server.js';

interface CreateOptions {
  certificateFrom?: string;
  out?: string;
}

/** `components keys`: what components prove themselves by. */
export function addComponentKeys(components: Command, context: CommandContext): void {
  const keys = components.command('keys').description('manage the keys of a component, two at a time');
  addCreate(keys, context);
  keys
    .command('list')
    .description("list a component's keys; never the keys themselves")
    .argument('<component>', 'name or id')
    .action(
      withServer<[string]>(context, async (online, [name]) => {
        const found = await online.call(async (sallyport) =>
          sallyport.admin.listComponentKeys({ componentId: await componentId(sallyport, name) }),
        );
        online.list(found.keys, types.componentKey, [
          ['KEY ID', ({ keyId }) => keyId],
          ['KIND', ({ kind }) => word('COMPONENT_KEY_KIND', Admin.componentKeyKindToJSON(kind))],
          ['CREATED', ({ createTime }) => createTime],
          ['CERTIFICATE SHA-256', ({ certificateSha256 }) => certificateSha256],
        ]);
      }),
    );
  keys
    .command('revoke')
    .description('revoke a key; it is dead at once')
    .argument('<key-id>')
    .action(
      withServer<[string]>(context, async (online, [keyId]) => {
        await online.call(({ admin }) => admin.revokeComponentKey({ keyId }));
        online.done(`revoked ${keyId}`);
      }),
    );
}

function addCreate(keys: Command, context: CommandContext): void {
  keys
    .command('create')
    .description('make a key and print it, once; or register a client certificate')
    .argument('<component>', 'name or id')
    .option('--out <file>', 'write the key to this new file, readable by you only')
    .option('--certificate-from <file>', 'register the certificate in this PEM file instead')
    .action(
      withServer<[string], CreateOptions>(context, async (online, [name], { certificateFrom, out }) => {
        const certificateSha256 = certificateFrom && fingerprint(resolve(context.shell.folder, certificateFrom));
        const create = () =>
          online.call(async (sallyport) =>
            sallyport.admin.createComponentKey({ componentId: await componentId(sallyport, name), certificateSha256 }),
          );
        const file = out && resolve(context.shell.folder, out);
        const created = await writeSecretTo(file, create, ({ componentKey }) => componentKey);
        hand(online, created, out);
      }),
    );
}

function hand(online: Online, created: Admin.CreateComponentKeyResponse, out: string | undefined): void {
  const { componentKey, key } = created;
  if (!componentKey) online.done(`registered as key ${key?.keyId}`);
  else if (out) online.done(`wrote key ${key?.keyId} to ${out}`);
  else online.secret(componentKey, created, types.createdKey);
}

function fingerprint(file: string): string {
  return new X509Certificate(readFileSync(file)).fingerprint256.replaceAll(':', '').toLowerCase();
}
