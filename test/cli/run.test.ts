import { type Readable, Writable } from 'node:stream';
import { status } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { describe, expect, test } from 'vitest';
import { CommandError, run } from '../../src/cli/index.js';
import { createPrompter } from '../../src/cli/prompter.js';
import { FakeNo } from '../client/fake-server.js';
import { commandLine, terminal, unusedCommands } from './command-line.js';

// By hand, from what the help says.
const expected: Record<string, number> = {
  INVALID_ARGUMENT: 3,
  OUT_OF_RANGE: 3,
  UNAUTHENTICATED: 4,
  PERMISSION_DENIED: 5,
  FAILED_PRECONDITION: 6,
  RESOURCE_EXHAUSTED: 7,
  NOT_FOUND: 8,
  ALREADY_EXISTS: 8,
  UNAVAILABLE: 9,
  DEADLINE_EXCEEDED: 9,
  ABORTED: 9,
  INTERNAL: 1,
  UNKNOWN: 1,
  DATA_LOSS: 1,
  UNIMPLEMENTED: 1,
  CANCELLED: 130,
};

describe('a failure', () => {
  test.each(Object.entries(expected))('of status %s exits with %i', async (code, exitCode) => {
    const { sallyport } = await commandLine({
      admin: {
        listUsers: () => {
          throw new FakeNo(code as keyof typeof status, 'WHATEVER', 'No.');
        },
      },
    });
    expect(await sallyport('users list')).toEqual({ exitCode, stdout: '', stderr: expect.stringContaining('No.') });
  });

  test('has an exit code for every status', () => {
    const names = Object.keys(status).filter((name) => Number.isNaN(Number(name)));
    expect(Object.keys(expected).sort()).toEqual(names.filter((name) => name !== 'OK').sort());
  });

  test('is one line that says what to do next, whatever the server writes', async () => {
    const { sallyport } = await commandLine({
      admin: {
        createGroup: () => {
          const parts = { fields: { name: 'is\nlong' }, retryMs: 61_000 };
          throw new FakeNo('INVALID_ARGUMENT', 'FIELDS_INVALID', 'Bad \u001b[2J name.', parts);
        },
      },
    });
    const { stderr } = await sallyport('groups create x');
    expect(stderr).toBe('sallyport: Bad \\e[2J name. name: is\\nlong (FIELDS_INVALID) Try again in 1 min 1 s.\n');
  });

  test('is JSON for scripts, with the reason and when to come back', async () => {
    const { sallyport } = await commandLine({
      admin: {
        listUsers: () => {
          throw new FakeNo('RESOURCE_EXHAUSTED', 'LOCKED_OUT', 'Wait.', { retryMs: 61_000 });
        },
      },
    });
    const { stderr, exitCode } = await sallyport('users list --json');
    expect(exitCode).toBe(7);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { message: 'Wait.', reason: 'LOCKED_OUT', status: 'RESOURCE_EXHAUSTED', retryAfter: 61_000 },
    });
  });

  test('of ours is JSON as well', async () => {
    const { sallyport } = await commandLine({});
    const { stderr } = await sallyport('users list --json --timeout never');
    expect(JSON.parse(stderr)).toEqual({ error: { message: expect.stringContaining('--timeout') } });
  });

  test('to reach the server says where to look', async () => {
    const { sallyport, fake } = await commandLine({});
    fake.close();
    const { exitCode, stderr } = await sallyport('users list');
    expect(exitCode).toBe(9);
    expect(stderr).toContain('systemctl status sallyport');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('of the command line exits with 2 before anybody is called', async () => {
    const { sallyport, fake } = await commandLine({});
    const wrong = [
      'users lsit',
      'users list --frob',
      'users show',
      '--server nowhere users list',
      '--timeout x health',
    ];
    for (const argv of [...wrong, '--plaintext --tls health', '--ca-file missing health', 'audit --limit -1']) {
      expect({ argv, ...(await sallyport(argv)) }).toMatchObject({ argv, exitCode: 2, stdout: '' });
    }
    expect(fake.calls).toEqual([]);
  });
});

describe('what runs without a server', () => {
  test('is handed its file of settings', async () => {
    const seen: unknown[] = [];
    const note = (name: string) => async (options: unknown) => void seen.push([name, options]);
    const { sallyport } = await commandLine(
      {},
      { serve: note('serve'), init: note('init'), migrate: note('migrate'), checkConfig: note('check') },
    );
    for (const argv of ['serve', 'init -c a.yaml', 'migrate --config b.yaml', 'config check']) {
      expect((await sallyport(argv)).exitCode).toBe(0);
    }
    expect(seen).toEqual([
      ['serve', {}],
      ['init', { configFile: 'a.yaml' }],
      ['migrate', { configFile: 'b.yaml' }],
      ['check', {}],
    ]);
  });

  test('fails with its own exit code and message', async () => {
    const checkConfig = async () => {
      throw new CommandError('Two settings are wrong:\n  a\n  b', 2);
    };
    const { sallyport } = await commandLine({}, { checkConfig });
    const { exitCode, stderr } = await sallyport('config check');
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: 'sallyport: Two settings are wrong:\n  a\n  b\n' });
  });
});

test('--version and --help exit with 0', async () => {
  const { sallyport } = await commandLine({});
  expect(await sallyport('--version')).toEqual({ exitCode: 0, stdout: '1.2.3\n', stderr: '' });
  const { exitCode, stdout } = await sallyport('--help');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Exit codes:');
});

test('health exits with 0 while the server serves and with 9 while it does not', async () => {
  const { sallyport, fake } = await commandLine({});
  const health = new HealthImplementation({ '': 'NOT_SERVING' });
  health.addToServer(fake.server);
  expect((await sallyport('health')).exitCode).toBe(9);
  health.setStatus('', 'SERVING');
  expect(await sallyport('health')).toEqual({ exitCode: 0, stdout: 'serving\n', stderr: '' });
});

describe('at a terminal', () => {
  const shell = (stdin: Readable, stderr: Writable) => {
    const stdout = new Writable();
    return { env: {}, home: '/', folder: '/', version: '0', stdin, stdout, stderr };
  };

  test('a hidden answer is not shown, an open one is', async () => {
    const { stdin, stderr, screen } = terminal();
    const prompter = createPrompter(shell(stdin, stderr));
    const open = prompter.ask('Name');
    stdin.write('alice\r');
    expect(await open).toBe('alice');
    const hidden = prompter.ask('Password', 'hidden');
    stdin.write('pa5x\u007f5\r');
    expect(await hidden).toBe('pa55');
    prompter.close();
    expect(screen()).toContain('alice');
    expect(screen()).toContain('Password: ');
    expect(screen()).not.toContain('pa5');
  });

  test('the arrow keys bring no earlier answer back', async () => {
    const { stdin, stderr } = terminal();
    const prompter = createPrompter(shell(stdin, stderr));
    const first = prompter.ask('Password', 'hidden');
    stdin.write('pa55\r');
    await first;
    const second = prompter.ask('Name');
    stdin.write('\u001b[A\r');
    expect(await second).toBe('');
    prompter.close();
  });

  test('control-C ends the command with 130', async () => {
    const { stdin, stderr } = terminal();
    const ended = run(['login', 'alice'], shell(stdin, stderr), unusedCommands);
    stdin.write('\u0003');
    expect(await ended).toBe(130);
  });
});
