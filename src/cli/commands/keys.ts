import type { Command } from 'commander';
import type { Cell } from '../cell.js';
import { lengthInSeconds, several } from '../choice.js';
import type { KeyFact, KeyReport, Offline } from '../offline.js';
import { createOutput, type Output } from '../output.js';
import { type Column, table } from '../table.js';
import type { CommandContext } from '../with-server.js';

interface Given {
  config?: string;
  json?: boolean;
  purpose?: string[];
  wait: number;
}

const MEANING = `
A key is in use, or waiting until every live replica has read it, or old while a row needs it, or retired.
  wrap    wraps the data keys        pepper  passwords, recovery and enrolment codes
  data    seals devices' secrets     mac     sessions, sign-ins, component keys, service secrets
  page    page tokens                lock    names of waits; it is not rotated`;

/** `keys list`, `keys rotate`, `keys prune`: on the host, while the service runs. */
export function addKeys(program: Command, context: CommandContext, offline: Offline): void {
  const keys = program
    .command('keys')
    .description('on the host: the keys of the key file')
    .addHelpText('after', MEANING);
  const add = (name: string, description: string, run: (given: Given, output: Output) => Promise<void>): Command =>
    keys
      .command(name)
      .description(description)
      .option('-c, --config <file>', 'the file of settings')
      .action((_: Given, command: Command) => {
        const given = command.optsWithGlobals<Given>();
        return run(given, createOutput(context.shell, given.json === true));
      });

  add('list', 'every key, how it stands, and how many rows need it', async ({ config, json }, output) => {
    const report = await offline.listKeys({ configFile: config });
    show(context, json, report);
    sayWaiting(output, report);
  });
  add(
    'rotate',
    'put new keys beside the old, and use them once every live replica has read them',
    async (given, output) => {
      const { config, json, purpose = [], wait } = given;
      const report = await offline.rotateKeys({ configFile: config, purposes: purpose, waitSeconds: wait });
      show(context, json, report);
      sayWaiting(output, report);
      output.say(
        'Make a new backup of the key file, and keep the one before as long as backups of the database from before.',
      );
    },
  )
    .option(
      '--purpose <purpose>',
      'only this one: wrap (with data), pepper, mac or page; may be given several times',
      several,
    )
    .option('--wait <time>', 'how long to wait for the replicas: 90, 5m', lengthInSeconds, 120);
  add('prune', 'take retired keys out of the key file, for good', async ({ config, json }, output) => {
    const report = await offline.pruneKeys({ configFile: config });
    if (json === true || report.keys.length > 0) show(context, json, report);
    else output.done('No key is retired. Nothing was changed.');
    if (report.keys.length > 0)
      output.say('Removed. A backup of the database from before needs the key file from before: keep that as long.');
  });
}

const COLUMNS: readonly Column<KeyFact>[] = [
  ['PURPOSE', ({ purpose }) => purpose],
  ['KEY', ({ id }) => id],
  ['STANDS', ({ standing }) => standing],
  ['ROWS', ({ rows }): Cell => (rows === undefined ? 'all' : String(rows))],
  ['MADE', ({ createdAt }) => (createdAt === undefined ? undefined : new Date(createdAt))],
  ['NOT READ BY', ({ standing, lackedBy }) => (standing === 'waiting' ? lackedBy : [])],
];

function show({ shell }: CommandContext, json: boolean | undefined, report: KeyReport): void {
  const text = json === true ? JSON.stringify(report, null, 2) : table(report.keys, COLUMNS);
  shell.stdout.write(`${text}\n`);
}

function sayWaiting(output: Output, { keys }: KeyReport): void {
  const lacking = new Set(keys.flatMap(({ standing, lackedBy }) => (standing === 'waiting' ? lackedBy : [])));
  if (keys.some(({ standing }) => standing === 'missing'))
    output.say('Keys are missing here: copy the key file from where the keys were rotated.');
  if (lacking.size > 0)
    output.say(
      `The old keys go on until these have read the new ones: ${[...lacking].join(', ')}. Copy the key file to their hosts; they turn to it by themselves.`,
    );
}
