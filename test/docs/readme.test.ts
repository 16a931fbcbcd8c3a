import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireTools } from '../support/foreign.js';
import { type BashSession, bashSession } from './bash-session.js';
import { type Block, blocksOf } from './markdown.js';
import { masked } from './masked.js';
import { type AtTerminal, converse, phone, serveAtTerminal } from './terminal.js';

const blocks = blocksOf(readFileSync('README.md', 'utf8'));
const scripts = JSON.parse(readFileSync('package.json', 'utf8')).scripts as { start: string };
const [build, serve] = scripts.start.split(' && ') as [string, string];

/** Blocks that a reader types, each with what the page says is printed. */
const typed = blocks.flatMap((block, index) => {
  const next = blocks[index + 1];
  return block.language === 'sh' ? [{ text: block.text, printed: next?.language === 'text' ? next.text : '' }] : [];
});
const commands = typed.filter(({ text }) => text.startsWith('npm ci'));
const walk = typed.filter(({ text }) => !text.startsWith('npm ci'));

// The dist of a checkout that was built, package.json for the client's own name; nothing else.
function builtCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-readme-'));
  symlinkSync(resolve('.build'), join(folder, 'dist'));
  copyFileSync('package.json', join(folder, 'package.json'));
  return folder;
}

async function freeAddress(): Promise<string> {
  const server = createServer();
  const port = await new Promise<number>((done) =>
    server.listen(0, '127.0.0.1', () => done((server.address() as { port: number }).port)),
  );
  await new Promise((done) => server.close(done));
  return `127.0.0.1:${port}`;
}

const environment = (folder: string) => ({ PATH: process.env['PATH'], HOME: folder, TMPDIR: folder });

test('the two commands are npm ci with npm start and with npm test, and npm start builds and serves', () => {
  expect(commands.map(({ text }) => text)).toEqual(['npm ci && npm start\n', 'npm ci && npm test\n']);
  expect(build).toBe('npm run build');
  expect(serve).toBe('node dist/src/sallyport.cjs serve');
});

test('no command line of the page holds a secret', () => {
  const scripts = walk.map(({ text }) => text.replace(/<<'?(\w+)'?(.*?)\n.*?^\1$/gms, '$2'));
  const lines = scripts.flatMap((text) => text.replaceAll('\\\n', '').split('\n'));
  const programs = lines.filter((line) => /\b(grpcurl|oathtool|node|sallyport)\b/.test(line));
  // Between single quotes the shell leaves a variable's name alone; what follows `<<<` is standard input.
  const seen = programs.map((line) => line.replace(/'[^']*'/g, '').replace(/<<<.*/, ''));
  const named = seen.filter((line) =>
    /\$[{(]?(PASSWORD|SECRET|SESSION|TOKEN|CODE|COMPONENT_KEY|phone|field)\b/.test(line),
  );
  expect(programs.length).toBeGreaterThan(6);
  expect(named).toEqual([]);
});

describe.runIf(requireTools('oathtool'))('the first sign-in', () => {
  const folder = builtCheckout();
  const env = environment(folder);
  let server: AtTerminal;
  beforeAll(async () => {
    const listen = '127.0.0.1:0,unix:data/run/sallyport.sock';
    server = await serveAtTerminal(serve, folder, {
      ...env,
      SALLYPORT_LISTEN: listen,
      SALLYPORT_METRICS_LISTEN: '127.0.0.1:0',
    });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  test('begins with what npm start shows besides its log', () => {
    const said = server.shown.replace(/^\{.*\n/gm, '');
    expect(masked(said)).toBe(masked(commands[0]?.printed ?? ''));
  });

  test('goes on as its transcripts say', async () => {
    const password = /One-time password: +(\S+)/.exec(server.shown)?.[1];
    const chosen = 'correct horse battery staple 7';
    const answers = (question: string, shown: string) => {
      if (question === 'Password') return password;
      if (question === 'New password' || question === 'The same again') return chosen;
      return question === 'The code that the phone shows' ? phone(shown) : undefined;
    };
    for (const { command, printed } of blocks.flatMap(transcripts)) {
      const shown = await converse(`${walk[0]?.text}${command}`, folder, env, answers);
      expect(masked(shown)).toBe(masked(printed));
    }
  });
});

const transcripts = ({ language, text }: Block) =>
  language === 'console'
    ? [...text.matchAll(/^\$ (.+)\n((?:(?!\$ ).*\n)*)/gm)].map(([, command = '', printed = '']) => ({
        command,
        printed,
      }))
    : [];

describe.runIf(requireTools('grpcurl', 'oathtool'))('the walk', () => {
  const folder = builtCheckout();
  let bash: BashSession;
  beforeAll(async () => {
    bash = bashSession(folder, { ...environment(folder), ADDRESS: await freeAddress() });
  });
  afterAll(() => {
    bash.end();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(walk)('prints what the page says: $text', async ({ text, printed }) => {
    expect(masked(await bash.run(text))).toBe(masked(printed));
  });
});
