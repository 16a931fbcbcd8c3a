import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OpenDriver } from './driver.js';
import { jsonLines } from './json-lines.js';

const run = promisify(execFile);
const MODULE = 'sallyport.test/client';

/** A Go client, its stubs made from `proto/` by buf with Go's own plugins; details decoded by grpc-go's `status`. */
export const go: OpenDriver = async ({ address, ca }) => {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-go-'));
  await cp('test/wire/clients/go', folder, { recursive: true });
  await makeStubs(folder);
  await run('go', ['build', '-o', 'client', '.'], { cwd: folder });
  const driver = jsonLines('Go', join(folder, 'client'), [address, ...(ca === undefined ? [] : [ca])]);
  return {
    ...driver,
    close: async () => {
      await driver.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

async function makeStubs(folder: string): Promise<void> {
  // Our protos name no Go package: buf gives them one, as the README says.
  const override = [{ file_option: 'go_package_prefix', value: `${MODULE}/gen` }];
  const out = join(folder, 'gen');
  const plugins = ['protoc-gen-go', 'protoc-gen-go-grpc'].map((local) => ({
    local,
    out,
    opt: 'paths=source_relative',
  }));
  const template = JSON.stringify({ version: 'v2', managed: { enabled: true, override }, plugins });
  await run('node_modules/.bin/buf', ['generate', 'proto', '--template', template]);
}
