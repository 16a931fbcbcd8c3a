import { expect, test } from 'vitest';
import { chosen } from '../../torture/chosen.js';

const ALL = [
  { name: 'kill-sqlite', trials: { quick: 1, full: 2 } },
  { name: 'kill-mariadb', trials: { quick: 0, full: 2 } },
  { name: 'killer', trials: { quick: 1, full: 2 } },
];
const names = (only: readonly string[], quick = false) => chosen(ALL, { only, quick }).map(({ name }) => name);

test('all are meant where none is named, but in quick form those that have none', () => {
  expect(names([])).toEqual(['kill-sqlite', 'kill-mariadb', 'killer']);
  expect(names([], true)).toEqual(['kill-sqlite', 'killer']);
});

test('a name means itself, and all that begin with it and a dash', () => {
  expect(names(['kill-mariadb'])).toEqual(['kill-mariadb']);
  expect(names(['kill'])).toEqual(['kill-sqlite', 'kill-mariadb']);
});

test('a name that is none is answered with those there are', () => {
  expect(() => names(['kil'])).toThrow('There is no scenario kil. There are: kill-sqlite, kill-mariadb, killer.');
});
