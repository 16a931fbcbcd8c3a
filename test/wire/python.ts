import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { python as interpreter } from '../support/foreign.js';
import type { OpenDriver } from './driver.js';
import { jsonLines } from './json-lines.js';

const run = promisify(execFile);

/** A Python client, its stubs made from `proto/` by `grpc_tools.protoc`; details decoded by `grpc_status`. */
export const python: OpenDriver = async ({ address, ca }) => {
  const stubs = await mkdtemp(join(tmpdir(), 'sallyport-python-'));
  await makeStubs(stubs);
  const driver = jsonLines('Python', interpreter, [
    'test/wire/clients/client.py',
    address,
    stubs,
    ...(ca === undefined ? [] : [ca]),
  ]);
  return {
    ...driver,
    close: async () => {
      await driver.close();
      await rm(stubs, { recursive: true, force: true });
    },
  };
};

async function makeStubs(folder: string): Promise<void> {
  const protos = (await readdir('proto', { recursive: true })).filter((file) => file.endsWith('.proto'));
  const to = ['-I', 'proto', `--python_out=${folder}`, `--grpc_python_out=${folder}`];
  await run(interpreter, ['-m', 'grpc_tools.protoc', ...to, ...protos]);
}
