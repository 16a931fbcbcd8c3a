import { existsSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createLog } from '../../src/telemetry/index.js';
import { linesTo } from '../../src/telemetry/log.js';

function linesOf(write: (log: ReturnType<typeof createLog>) => void, level = 'info'): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLog(level, { write: (line: string) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a line is JSON with a level by name and a time', () => {
  const [line] = linesOf((log) => log.info({ path: '/x' }, 'call'));
  expect(line).toMatchObject({ level: 'info', path: '/x', msg: 'call', time: expect.stringMatching(/Z$/) });
});

test("an error is logged with its cause and stack, and never with a query's values", () => {
  const driver = Object.assign(new Error('it failed'), { code: 'SQLITE_ERROR' });
  const error = Object.assign(new Error('query failed', { cause: driver }), {
    parameters: ['s3cret'],
    query: 'SELECT ?',
  });
  const [line] = linesOf((log) => log.error({ err: error }, 'call failed'));
  expect(line).toMatchObject({ err: { type: 'Error', message: 'query failed', cause: { code: 'SQLITE_ERROR' } } });
  expect(JSON.stringify(line)).not.toContain('s3cret');
});

test('what is no error is not printed', () => {
  const [line] = linesOf((log) => log.error({ err: 's3cret' }, 'call failed'));
  expect(JSON.stringify(line)).not.toContain('s3cret');
});

test('a cause that goes round in a circle ends', () => {
  const error = new Error('round');
  error.cause = error;
  const [line] = linesOf((log) => log.error({ err: error }, 'call failed'));
  expect(line).toMatchObject({ err: { cause: { message: 'round' } } });
});

test.runIf(existsSync('/dev/full'))('a disk without room for a line ends no call', () => {
  const log = createLog('info', linesTo(openSync('/dev/full', 'w')));
  expect(() => {
    for (let line = 0; line < 3; line++) log.info('a line');
  }).not.toThrow();
});
