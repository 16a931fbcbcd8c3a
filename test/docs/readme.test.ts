import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireTools } from '../support/foreign.js';
import { type BashSession, bashSession } from './bash-session.js';
import { builtCheckout, type Checkout, serveIn, startCommands } from './checkout.js';
import { blocksOf } from './markdown.js';
import { masked } from './masked.js';
import { commandsOf, reader } from './reader.js';
import type { AtTerminal } from './terminal.js';

const page = readFileSync('README.md', 'utf8');
const blocks = blocksOf(page);

/** Blocks that a reader types, each with what the page says is printed. */
const typed = blocks.flatMap((block, index) => {
  const next = blocks[index + 1];
  return block.language === 'sh' ? [{ text: block.text, printed: next?.language === 'text' ? next.text : '' }] : [];
});
const commands = typed.filter(({ text }) => text.startsWith('npm ci'));
const walk = typed.filter(({ text }) => !text.startsWith('npm ci'));

async function freeAddress(): Promise<string> {
  const server = createServer();
  const port = await new Promise<number>((done) =>
    server.listen(0, '127.0.0.1', () => done((server.address() as { port: number }).port)),
  );
  await new Promise((done) => server.close(done));
  return `127.0.0.1:${port}`;
}

test('the two commands are npm ci with npm start and with npm test, and npm start builds and serves', () => {
  expect(commands.map(({ text }) => text)).toEqual(['npm ci && npm start\n', 'npm ci && npm test\n']);
  expect(startCommands()).toEqual(['npm run build', 'node dist/src/sallyport.cjs serve']);
});

test('every path that the page names is there', () => {
  const prose = page.replace(/^```.*?^```$/gms, '');
  const named = [...prose.matchAll(/`((?:src|test|tools|proto|deploy|docs|generated)\/[^`]*)`/g)];
  const paths = named.flatMap(([, text = '']) => text.split(/ (?:&& )?/));
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  expect(paths.length).toBeGreaterThan(20);
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
  let checkout: Checkout;
  let server: AtTerminal;
  beforeAll(async () => {
    checkout = builtCheckout();
    server = await serveIn(checkout);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(checkout.folder, { recursive: true });
  });

  test('begins with what npm start shows besides its log', () => {
    const said = server.shown.replace(/^\{.*\n/gm, '');
    expect(masked(said)).toBe(masked(commands[0]?.printed ?? ''));
  });

  test('goes on as its transcripts say', async () => {
    const type = reader(checkout, server.shown);
    for (const { command, printed } of blocks.flatMap(commandsOf)) {
      expect(masked(await type(command, walk[0]?.text ?? ''))).toBe(masked(printed));
    }
  });
});

describe.runIf(requireTools('grpcurl', 'oathtool'))('the walk', () => {
  let checkout: Checkout;
  let bash: BashSession;
  beforeAll(async () => {
    checkout = builtCheckout();
    const { folder, env } = checkout;
    bash = bashSession(folder, { ...env, ADDRESS: await freeAddress() });
  });
  afterAll(() => {
    bash.end();
    rmSync(checkout.folder, { recursive: true, force: true });
  });

  test.each(walk)('prints what the page says: $text', async ({ text, printed }) => {
    expect(masked(await bash.run(text))).toBe(masked(printed));
  });
});
