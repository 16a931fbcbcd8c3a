import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { CommandError } from '../command-error.js';
import { type Contract, type Fields, loadContract, type Method } from '../contract/load-contract.js';
import { NotThisMessage, readJson } from '../contract/read-json.js';
import { writeJson } from '../contract/write-json.js';
import { escapeText } from '../escape-text.js';
import type { Shell } from '../shell.js';
import { type CommandContext, withServer } from '../with-server.js';

interface CallOptions {
  data?: string;
}

/** `call`: any method by name, JSON in and JSON out, for a machine without grpcurl. */
export function addCall(program: Command, context: CommandContext): void {
  program
    .command('call')
    .description('call any method in the kept session: JSON in, JSON out; without METHOD list them')
    .argument('[method]', 'such as sallyport.auth.v1.AuthService/GetServerTime; the last word will do if it is clear')
    .option('-d, --data <source>', 'where the request is: @ for stdin, @FILE for a file; without it, it is empty')
    .action(
      withServer<[string | undefined], CallOptions>(context, async (online, [name], { data }) => {
        const { stdout } = context.shell;
        const contract = loadContract({ defaults: false });
        if (!name) return void stdout.write(`${contract.methods.map(({ fullName }) => fullName).join('\n')}\n`);
        const method = findMethod(contract, name);
        const request = readRequest(contract, method, await readData(data, context.shell));
        const answer = await online.call((sallyport) => sallyport.unary(codecOf(method), request));
        stdout.write(`${JSON.stringify(writeJson(contract, method.output, answer as Fields), null, 2)}\n`);
      }),
    );
}

const codecOf = ({ path, requestSerialize, responseDeserialize }: Method) => ({
  path,
  requestSerialize,
  responseDeserialize,
});

function findMethod({ methods }: Contract, name: string): Method {
  const wanted = name.replace(/^\//, '').replace(/\.(?=[^./]+$)/, '/');
  const found = methods.filter((method) => spellings(method).includes(wanted));
  if (found.length === 1 && found[0]) return found[0];
  const meant = found.map(({ fullName }) => fullName).join(', ');
  const what = found.length === 0 ? 'No method has' : `Several methods have (${meant})`;
  throw new CommandError(`${what} the name ${escapeText(name)}. To list them all: sallyport call`);
}

// In full, without the package, and alone.
function spellings({ fullName }: Method): string[] {
  return [fullName, fullName.replace(/^.*\./, ''), fullName.replace(/^.*\//, '')];
}

async function readData(source: string | undefined, { stdin, folder }: Shell): Promise<string> {
  if (source === undefined) return '{}';
  if (source === '@') return text(stdin);
  if (source.startsWith('@')) return readFileSync(resolve(folder, source.slice(1)), 'utf8');
  throw new CommandError('Others can read a command line, and requests hold secrets: use -d @ for stdin or -d @FILE.');
}

function readRequest(contract: Contract, { input }: Method, json: string): Fields {
  try {
    return readJson(contract, input, json.trim() ? JSON.parse(json) : {});
  } catch (error) {
    // The parser's own words may quote a password.
    const why = error instanceof SyntaxError ? 'it is no JSON' : problemsOf(error);
    throw new CommandError(`This is no ${input.replace(/^.*\./, '')}: ${escapeText(why)}. (INVALID_ARGUMENT)`);
  }
}

function problemsOf(error: unknown): string {
  if (error instanceof NotThisMessage) return error.message;
  throw error;
}
