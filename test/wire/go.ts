import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
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
  const protos = (await readdir('proto', { recursive: true })).filter((file) => file.endsWith('.proto'));
  // Our protos name no Go package, so each file is told where it goes.
  const opt = [
    `module=${MODULE}`,
    ...protos.map((file) => `M${file}=${MODULE}/gen/${dirname(file)};${packageOf(file)}`),
  ];
  const plugins = ['protoc-gen-go', 'protoc-gen-go-grpc'].map((local) => ({ local, out: folder, opt }));
  const template = JSON.stringify({ version: 'v2', plugins });
  await run('node_modules/.bin/buf', ['generate', 'proto', '--template', template]);
}

/** `sallyport/auth/v1/factor.proto` to `authv1`. */
const packageOf = (file: string): string => file.split('/').slice(1, 3).join('');
