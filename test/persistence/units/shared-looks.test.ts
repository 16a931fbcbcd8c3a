import { expect, test } from 'vitest';
import { type Asked, createSharedLooks } from '../../../src/persistence/mysql/shared-looks.js';

const SQL = 'SELECT id AS asked FROM things WHERE id IN (?)';
const UNTIL = 1000;

function asking(answer: (keys: readonly string[]) => readonly string[] = (keys) => keys) {
  const sent: { sql: string; keys: readonly string[]; until: number }[] = [];
  const look = createSharedLooks(async (sql, keys, until) => {
    sent.push({ sql, keys, until });
    return [...new Set(answer(keys))].map((asked): Asked => ({ asked }));
  });
  return { sent, look };
}

test('who asks in one turn shares a statement, and each gets the rows of the own key', async () => {
  const { look, sent } = asking((keys) => keys.filter((key) => key !== 'gone'));
  const answers = await Promise.all(['a', 'gone', 'b', 'a'].map((key) => look(SQL, key, UNTIL)));
  expect(answers).toEqual([[{ asked: 'a' }], [], [{ asked: 'b' }], [{ asked: 'a' }]]);
  expect(sent).toEqual([
    {
      sql: 'SELECT id AS asked FROM things WHERE id IN (?, ?, ?, ?)',
      keys: ['a', 'gone', 'b', 'b'],
      until: UNTIL,
    },
  ]);
});

test('who asks later, or something else, does not wait for it', async () => {
  const { look, sent } = asking();
  const first = look(SQL, 'a', UNTIL);
  await Promise.all([first, look(`${SQL} AND kind = 1`, 'a', UNTIL)]);
  await look(SQL, 'a', UNTIL);
  expect(sent.map(({ keys }) => keys)).toEqual([['a'], ['a'], ['a']]);
});

test('a statement has as long as the one with the most time', async () => {
  const { look, sent } = asking();
  await Promise.all([look(SQL, 'a', 5), look(SQL, 'b', 50), look(SQL, 'c', 20)]);
  expect(sent.map(({ until }) => until)).toEqual([50]);
});

test('many ask in statements of a bounded size', async () => {
  const { look, sent } = asking();
  const keys = Array.from({ length: 100 }, (_, at) => `key-${at}`);
  const answers = await Promise.all(keys.map((key) => look(SQL, key, UNTIL)));
  expect(answers.flat().map(({ asked }) => asked)).toEqual(keys);
  expect(sent.map((one) => one.keys.length)).toEqual([64, 64]);
});

test('what fails fails for all of them, and for nobody after them', async () => {
  let fails = true;
  const look = createSharedLooks(async (_, keys) => {
    if (fails) throw new Error('away');
    return keys.map((asked) => ({ asked }));
  });
  const both = await Promise.allSettled([look(SQL, 'a', UNTIL), look(SQL, 'b', UNTIL)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  expect(await look(SQL, 'a', UNTIL)).toEqual([{ asked: 'a' }]);
});
