import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { DescMethod, JsonValue } from '@bufbuild/protobuf';
import { create, fromBinary, fromJson, toBinary, toJson } from '@bufbuild/protobuf';
import type { Command } from 'commander';
import { CommandError } from '../command-error.js';
import { escapeText } from '../escape-text.js';
import { contract } from '../message-json.js';
import type { Shell } from '../shell.js';
import { type Workbench, withServer } from '../with-server.js';

interface CallOptions {
  data?: string;
}

/** `call`: any method by name, JSON in and JSON out, for a machine without grpcurl. */
export function addCall(program: Command, bench: Workbench): void {
  program
    .command('call')
    .description('call any method in the kept session: JSON in, JSON out; without METHOD list them')
    .argument('[method]', 'such as sallyport.auth.v1.AuthService/GetServerTime; the last word will do if it is clear')
    .option('-d, --data <source>', 'where the request is: @ for stdin, @FILE for a file; without it, it is empty')
    .action(
      withServer<[string | undefined], CallOptions>(bench, async (online, [name], { data }) => {
        const { stdout } = bench.shell;
        if (!name) return void stdout.write(`${methods().map(pathOf).join('\n')}\n`);
        const method = findMethod(name);
        const request = readRequest(method, await readData(data, bench.shell));
        const bytes = await online.call((sallyport) =>
          sallyport.unary({ path: `/${pathOf(method)}`, ...asBytes }, Buffer.from(toBinary(method.input, request))),
        );
        stdout.write(`${JSON.stringify(toJson(method.output, fromBinary(method.output, bytes)), null, 2)}\n`);
      }),
    );
}

const asBytes = { requestSerialize: (bytes: Buffer) => bytes, responseDeserialize: (bytes: Buffer) => bytes };

function methods(): DescMethod[] {
  return [...contract()]
    .flatMap((type) => (type.kind === 'service' ? type.methods : []))
    .filter(({ methodKind }) => methodKind === 'unary');
}

function pathOf(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

function findMethod(name: string): DescMethod {
  const wanted = name.replace(/^\//, '').replace(/\.(?=[^./]+$)/, '/');
  const found = methods().filter((method) => spellings(method).includes(wanted));
  if (found.length === 1 && found[0]) return found[0];
  const what = found.length === 0 ? 'No method has' : `Several methods have (${found.map(pathOf).join(', ')})`;
  throw new CommandError(`${what} the name ${escapeText(name)}. To list them all: sallyport call`);
}

// In full, without the package, and alone.
function spellings(method: DescMethod): string[] {
  return [pathOf(method), `${method.parent.name}/${method.name}`, method.name];
}

async function readData(source: string | undefined, { stdin, folder }: Shell): Promise<string> {
  if (source === undefined) return '{}';
  if (source === '@') return text(stdin);
  if (source.startsWith('@')) return readFileSync(resolve(folder, source.slice(1)), 'utf8');
  throw new CommandError('Others can read a command line, and requests hold secrets: use -d @ for stdin or -d @FILE.');
}

function readRequest(method: DescMethod, json: string) {
  try {
    return json.trim() ? fromJson(method.input, JSON.parse(json) as JsonValue) : create(method.input);
  } catch (error) {
    // The parser's own words may quote a password.
    const why = error instanceof SyntaxError ? 'it is no JSON' : withoutValues(error);
    throw new CommandError(`This is no ${method.input.name}: ${why}.`);
  }
}

function withoutValues(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  return escapeText(message.replace(/, got .*/s, '').replace(/ from JSON: (?!key |expected |invalid ).*/s, ''));
}
