import { describe, expect, test, vi } from 'vitest';
import { CommandError } from '../../src/cli/index.js';
import type { WeakPoint } from '../../src/cli/offline.js';
import { commandLine } from './command-line.js';

const RECOVERED = {
  userId: 'u',
  name: 'alice',
  oneTimePassword: 'AAAA-BBBB',
  enrollmentCode: 'CCCC-DDDD',
  expiresAt: Date.UTC(2031, 0, 1),
};

describe('recover', () => {
  test('prints both codes once, and what comes next', async () => {
    const recover = vi.fn(async () => RECOVERED);
    const { sallyport } = await commandLine({}, { recover });
    const { exitCode, stdout, stderr } = await sallyport('recover alice --config s.json');
    expect(recover.mock.calls).toEqual([[{ name: 'alice', keepFactors: false, configFile: 's.json' }]]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      'name:               alice\none-time password:  AAAA-BBBB\nenrolment code:     CCCC-DDDD\ngood until:         2031-01-01 00:00:00Z\n',
    );
    expect(stderr).toContain('sallyport login alice');
    expect(stderr).not.toMatch(/AAAA|CCCC/);
  });

  test('keeps the factors where it is told so, and gives JSON to scripts', async () => {
    const recover = vi.fn(async () => ({ ...RECOVERED, enrollmentCode: undefined }));
    const { sallyport } = await commandLine({}, { recover });
    const { stdout } = await sallyport('recover alice --keep-factors --json');
    expect(recover.mock.calls).toMatchObject([[{ keepFactors: true }]]);
    expect(JSON.parse(stdout)).toEqual({
      name: 'alice',
      oneTimePassword: 'AAAA-BBBB',
      expireTime: '2031-01-01T00:00:00.000Z',
    });
  });

  test('says why not, with the exit code of its kind', async () => {
    const recover = async () => {
      throw new CommandError('There is no user named alice.', 8);
    };
    const { sallyport } = await commandLine({}, { recover });
    expect(await sallyport('recover alice')).toEqual({
      exitCode: 8,
      stdout: '',
      stderr: 'sallyport: There is no user named alice.\n',
    });
  });
});

test('unlock tells what stays disabled, and what helps', async () => {
  const { sallyport } = await commandLine({}, { unlock: async () => ({ name: 'alice', disabled: ['code'] }) });
  const { stdout, stderr } = await sallyport('unlock alice');
  expect(stdout).toContain('still disabled:  code');
  expect(stderr).toContain('sallyport recover alice');
});

test('accept-restore tells what was shut, and what it cannot know', async () => {
  const report = { missing: 3, users: 7, devices: 5, tokens: 1, recoveryCodes: 60, enrollmentCodes: 0 };
  const acceptRestore = vi.fn(async () => report);
  const { sallyport } = await commandLine({}, { acceptRestore });
  const { stdout, stderr } = await sallyport('accept-restore --anyway');
  expect(acceptRestore.mock.calls).toEqual([[{ anyway: true, configFile: undefined }]]);
  expect(stdout).toMatch(/^events missing: +3\n/);
  expect(stderr).toContain('passwords changed, devices suspended, removed or reset, roles taken away');
  expect(JSON.parse((await sallyport('accept-restore --json')).stdout)).toEqual(report);
});

test('accept-restore changes nothing where nothing is missing', async () => {
  const { sallyport } = await commandLine({}, { acceptRestore: async () => undefined });
  expect((await sallyport('accept-restore')).stdout).toContain('Nothing was changed');
});

test('copy tells how much went where, and draws no bar where nobody looks', async () => {
  const { sallyport } = await commandLine(
    {},
    {
      copy: async ({ to, tell }) => {
        tell({ table: 'users', rows: 1, total: 2 });
        return { to, tables: 23, rows: 150 };
      },
    },
  );
  const { stdout, stderr } = await sallyport('copy --to new.db');
  expect(stdout).toBe('copied to:  new.db\ntables:     23\nrows:       150\n');
  expect(stderr).toBe(
    'The old database does not start again. Set `database` to the new one, keep the key file, and start.\n',
  );
});

describe('doctor', () => {
  const point = (severity: WeakPoint['severity']): WeakPoint => ({
    id: 'a-rule',
    severity,
    finding: 'It is so.',
    remedy: 'Do that.',
  });
  const of = async (argv: string, ...found: WeakPoint[]) =>
    (await commandLine({}, { doctor: async () => found })).sallyport(argv);

  test('exits by the worst that it found', async () => {
    expect(await of('doctor')).toEqual({ exitCode: 0, stdout: 'no weak point found\n', stderr: '' });
    expect((await of('doctor', point('advice'))).exitCode).toBe(10);
    expect((await of('doctor', point('warning'), point('advice'))).exitCode).toBe(11);
    const worst = await of('doctor', point('danger'), point('advice'));
    expect(worst.exitCode).toBe(12);
    expect(worst.stdout).toMatch(/^danger {3}It is so\. {2}-> {2}Do that\. {2}\[a-rule\]$/m);
  });

  test('gives JSON to scripts', async () => {
    const { stdout } = await of('doctor --json', point('advice'));
    expect(JSON.parse(stdout)).toEqual([point('advice')]);
    expect(JSON.parse((await of('doctor --json')).stdout)).toEqual([]);
  });
});
