import type { Command } from 'commander';
import type { Offline } from '../offline.js';

/** `serve`, `init`, `migrate`, `config check`: what runs without a server. */
export function addOffline(program: Command, offline: Offline): void {
  const add = (parent: Command, name: string, description: string, run: Offline['serve']) =>
    parent
      .command(name)
      .description(description)
      .option('-c, --config <file>', 'the file of settings')
      .action(({ config }: { config?: string }) => run({ configFile: config }));

  add(program, 'serve', 'run the server; without settings on loopback, with SQLite in ./data', offline.serve);
  add(program, 'init', 'make the first administrator for a key file provided beforehand', offline.init);
  add(program, 'migrate', 'bring the schema of the database up to date', offline.migrate);
  const config = program.command('config').description('see to the settings');
  add(config, 'check', 'read all settings, report every mistake, start nothing', offline.checkConfig);
}
