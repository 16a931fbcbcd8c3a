import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { type Offline, run } from '../../src/cli/index.js';
import { type FakeAnswers, startFake } from '../client/fake-server.js';

const unused = async () => {};
const unasked = async () => {
  throw new Error('nobody is asked');
};
/** What runs without a server, where nobody asks for it. */
export const unusedCommands: Offline = {
  serve: unused,
  init: unused,
  migrate: unused,
  checkConfig: unused,
  listKeys: unasked,
  rotateKeys: unasked,
  pruneKeys: unasked,
  recover: unasked,
  unlock: unasked,
  acceptRestore: unasked,
  copy: unasked,
  doctor: unasked,
};

/** A command line before a fake server, with a home of its own. */
export async function commandLine(answers: FakeAnswers, offline: Partial<Offline> = {}) {
  const fake = await startFake(answers);
  const home = mkdtempSync(join(tmpdir(), 'sallyport-cli-'));
  onTestFinished(() => {
    fake.close();
    rmSync(home, { recursive: true });
  });
  const env: Record<string, string> = { SALLYPORT_SERVER: fake.address };

  /** Runs one command with these lines on stdin. */
  const sallyport = async (argv: string, ...lines: string[]) => {
    const stdout = sink();
    const stderr = sink();
    const stdin = Readable.from(lines.map((line) => `${line}\n`));
    const shell = { env, home, folder: home, version: '1.2.3', stdin, stdout: stdout.stream, stderr: stderr.stream };
    const commands = { ...unusedCommands, ...offline };
    const exitCode = await run(words(argv), shell, commands);
    return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
  };
  return { sallyport, fake, home, env, sessionFile: join(home, '.local/state/sallyport/session.json') };
}

/** A terminal: what is typed is echoed where a program lets it be. */
export function terminal() {
  const screen = sink();
  const keyboard = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => keyboard });
  return { stdin: keyboard, stderr: Object.assign(screen.stream, { isTTY: true }), screen: screen.text };
}

function sink() {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(String(chunk));
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
}

/** Splits as a shell would, as far as tests need it: double quotes hold words together. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}
