import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { Command } from 'commander';
import { CommandError } from '../command-error.js';
import { exitCodes } from '../exit-code.js';
import { type CommandContext, withServer } from '../with-server.js';

const serving = 1;

// grpc.health.v1: the empty request asks about the whole server, and field 1 of the answer is its state.
const check = {
  path: '/grpc.health.v1.Health/Check',
  requestSerialize: () => Buffer.alloc(0),
  responseDeserialize: (bytes: Buffer) => {
    const reader = new BinaryReader(bytes);
    return reader.len > 0 && reader.uint32() === 8 ? reader.int32() : 0;
  },
};

/** `health`: whether the server serves, for a container's health check. */
export function addHealth(program: Command, context: CommandContext): void {
  program
    .command('health')
    .description('exit with 0 if the server is serving, else with 9')
    .action(
      withServer(context, async (online) => {
        const state = await online.sallyport.unary(check, undefined);
        if (state !== serving) throw new CommandError('The server is up and not serving.', exitCodes.unavailable);
        online.done('serving');
      }),
    );
}
