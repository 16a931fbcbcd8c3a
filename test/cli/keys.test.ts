import { expect, test, vi } from 'vitest';
import type { KeyFact, KeyReport } from '../../src/cli/offline.js';
import { commandLine } from './command-line.js';

const key = (more: Partial<KeyFact>): KeyFact => ({
  id: '0123456789abcdef',
  purpose: 'mac',
  standing: 'in use',
  activatedAt: 0,
  createdAt: 0,
  rows: 3,
  lackedBy: [],
  ...more,
});
const waiting: KeyReport = {
  keys: [
    key({}),
    key({ id: 'fedcba9876543210', standing: 'waiting', rows: 0, lackedBy: ['backup2 (pid 7)'] }),
    key({ id: '00000000000000aa', purpose: 'lock', rows: undefined }),
  ],
  replicas: ['backup1 (pid 9)', 'backup2 (pid 7)'],
};

test('keys list shows how each key stands, and who has not read a new one', async () => {
  const { sallyport } = await commandLine({}, { listKeys: async () => waiting });
  const { exitCode, stdout, stderr } = await sallyport('keys list');
  expect(exitCode).toBe(0);
  expect(stdout).toBe(
    [
      'PURPOSE  KEY               STANDS   ROWS  MADE                  NOT READ BY',
      'mac      0123456789abcdef  in use   3     1970-01-01 00:00:00Z  -',
      'mac      fedcba9876543210  waiting  0     1970-01-01 00:00:00Z  backup2 (pid 7)',
      'lock     00000000000000aa  in use   all   1970-01-01 00:00:00Z  -',
      '',
    ].join('\n'),
  );
  expect(stderr).toContain('until these have read the new ones: backup2 (pid 7). Copy the key file to their hosts');
  expect(JSON.parse((await sallyport('keys list --json')).stdout)).toEqual(JSON.parse(JSON.stringify(waiting)));
});

test('keys list says where a key is missing, and what helps', async () => {
  const report = { keys: [key({ standing: 'missing', createdAt: undefined })], replicas: [] };
  const { sallyport } = await commandLine({}, { listKeys: async () => report });
  expect((await sallyport('keys list')).stderr).toContain('copy the key file from where the keys were rotated');
});

test('keys rotate hands on which purposes, and how long to wait', async () => {
  const rotateKeys = vi.fn(async () => ({ keys: [key({})], replicas: [] }));
  const { sallyport } = await commandLine({}, { rotateKeys });
  const { stderr } = await sallyport('keys rotate --purpose mac --purpose page --wait 5m --config s.json');
  await sallyport('keys rotate');
  expect(rotateKeys.mock.calls).toEqual([
    [{ configFile: 's.json', purposes: ['mac', 'page'], waitSeconds: 300 }],
    [{ configFile: undefined, purposes: [], waitSeconds: 120 }],
  ]);
  expect(stderr).toContain('Make a new backup of the key file');
});

test('keys prune shows what went, or that nothing did', async () => {
  const none = await commandLine({}, { pruneKeys: async () => ({ keys: [], replicas: [] }) });
  expect((await none.sallyport('keys prune')).stdout).toBe('No key is retired. Nothing was changed.\n');
  const some = await commandLine(
    {},
    { pruneKeys: async () => ({ keys: [key({ standing: 'retired', rows: 0 })], replicas: [] }) },
  );
  const { stdout, stderr } = await some.sallyport('keys prune');
  expect(stdout).toContain('0123456789abcdef  retired');
  expect(stderr).toContain('needs the key file from before');
});
