import type { Command } from 'commander';
import type { ServerOptions } from './connection-options.js';
import { type Online, openOnline } from './online.js';
import type { Prompter } from './prompter.js';
import type { Shell } from './shell.js';

/** What commands are built from. */
export interface CommandContext {
  readonly shell: Shell;
  readonly prompter: Prompter;
}

/** Makes a command's action of what it does on a server. */
export function withServer<Args extends readonly unknown[], Options extends object = object>(
  { shell, prompter }: CommandContext,
  act: (online: Online, args: Args, options: Options) => Promise<void>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const options = command.optsWithGlobals<ServerOptions & Options>();
    const online = openOnline(shell, prompter, options);
    try {
      await act(online, command.processedArgs as unknown as Args, options);
    } finally {
      online.close();
    }
  };
}
