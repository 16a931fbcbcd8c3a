import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Stage, stagesOf } from './dockerfile.js';

const stages = stagesOf(readFileSync('Dockerfile', 'utf8'));
const last = stages.at(-1) as Stage;
const restsOf = (name: string, among: readonly Stage[] = stages) =>
  among.flatMap(({ instructions }) => instructions.filter((each) => each.name === name).map(({ rest }) => rest));

test('is built on a long-term supported Node, named by its number and Debian release', () => {
  expect(stages).toHaveLength(2);
  for (const { base } of stages) {
    const [, major] = /^node:(\d+)-bookworm-slim$/.exec(base) ?? [];
    // Even numbers get long-term support.
    expect(Number(major) % 2, base).toBe(0);
  }
});

test('installs what the lock file says, and leaves development behind', () => {
  const runs = restsOf('RUN');

  expect(runs.filter((run) => /\bnpm (install|i)\b/.test(run))).toEqual([]);
  expect(runs.some((run) => run.includes('npm ci'))).toBe(true);
  expect(runs.some((run) => run.includes('npm prune --omit=dev'))).toBe(true);
  expect(restsOf('COPY', [last]).some((copy) => copy === '--from=build /app/node_modules node_modules')).toBe(true);
});

test('copies what is there, and lets it through .dockerignore', () => {
  const kept = readFileSync('.dockerignore', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('!'));
  const sources = restsOf('COPY')
    .filter((copy) => !copy.startsWith('--from='))
    .flatMap((copy) => copy.split(' ').slice(0, -1));

  expect(sources.length).toBeGreaterThan(5);
  expect(sources.filter((source) => !existsSync(source))).toEqual([]);
  expect(sources.filter((source) => !kept.some((line) => line.slice(1).startsWith(source)))).toEqual([]);
});

test('runs as a user that is not root, with data and keys in two volumes, and no shell between', () => {
  const names = last.instructions.map(({ name }) => name);

  expect(restsOf('USER', [last])).toEqual(['node']);
  expect(names.slice(names.indexOf('USER')).filter((name) => ['RUN', 'COPY', 'ADD'].includes(name))).toEqual([]);
  expect(JSON.parse(restsOf('VOLUME', [last])[0] ?? '')).toEqual(['/data', '/keys']);
  expect(JSON.parse(restsOf('ENTRYPOINT', [last])[0] ?? '')).toEqual(['sallyport']);
  expect(JSON.parse(/CMD (.*)/.exec(restsOf('HEALTHCHECK', [last])[0] ?? '')?.[1] ?? '')).toEqual([
    'sallyport',
    'health',
  ]);
});

test('holds no secret and fetches nothing by address', () => {
  const everything = stages.flatMap(({ instructions }) => instructions.map(({ rest }) => rest)).join('\n');

  expect(everything).not.toMatch(/https?:|PASSWORD|SECRET|TOKEN/i);
  expect(restsOf('ADD')).toEqual([]);
});
