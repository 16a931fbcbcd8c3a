import { expect, test } from 'vitest';
import { type KeyName, type KeyTurn, PAGE_TOKEN_LIFE, TURN_GRACE } from '../../../src/domain/key/key.js';
import { keyStates } from '../../../src/domain/key/key-states.js';

const key = (id: string, purpose: KeyName['purpose'] = 'mac'): KeyName => ({ id, purpose });
const turn = (id: string, activatedAt: number, purpose: KeyName['purpose'] = 'mac'): KeyTurn => ({
  id,
  purpose,
  activatedAt,
});

interface Given {
  held: KeyName[];
  turns: KeyTurn[];
  rows?: Record<string, number>;
  live?: { id: string; name: string; keyIds: string[] }[];
  now?: number;
}
const standings = ({ held, turns, rows = {}, live = [], now = 0 }: Given) =>
  Object.fromEntries(
    keyStates({ held, turns, rows: new Map(Object.entries(rows)), live, now }).map(({ id, standing }) => [
      id,
      standing,
    ]),
  );

const held = [key('one'), key('two')];
const turns = [turn('one', 0), turn('two', 1000)];
const after = 1000 + TURN_GRACE + 1;

test('a key with rows left is never called retired, however old', () => {
  expect(standings({ held, turns, rows: { one: 1 }, now: after * 1000 })).toEqual({ one: 'old', two: 'in use' });
});

test('a key without rows retires when nothing can be under way with it any more', () => {
  expect(standings({ held, turns, now: after - 1 })).toEqual({ one: 'old', two: 'in use' });
  expect(standings({ held, turns, now: after })).toEqual({ one: 'retired', two: 'in use' });
});

test('a key for page tokens waits for the last of them', () => {
  const pages = [key('one', 'page'), key('two', 'page')];
  const given = { held: pages, turns: [turn('one', 0, 'page'), turn('two', 1000, 'page')] };
  expect(standings({ ...given, now: after })).toMatchObject({ one: 'old' });
  expect(standings({ ...given, now: after + PAGE_TOKEN_LIFE })).toMatchObject({ one: 'retired' });
});

test('a newer key waits, and who has not read it is named', () => {
  const live = [
    { id: 'a', name: 'backup1', keyIds: ['one', 'two'] },
    { id: 'b', name: 'backup2', keyIds: ['one'] },
  ];
  const [, waiting] = keyStates({ held, turns: [turn('one', 0)], rows: new Map(), live, now: 0 });
  expect(waiting).toMatchObject({ standing: 'waiting', lackedBy: ['backup2'] });
});

test('a key that is used and not here is missing, and nothing that is here waits beside it', () => {
  const here = [key('one'), key('other')];
  expect(standings({ held: here, turns, now: after })).toEqual({ one: 'retired', other: 'old', two: 'missing' });
});

test('a key that is needed by a row and not here is missing', () => {
  expect(standings({ held: [key('two')], turns, rows: { one: 3 } })).toEqual({ two: 'in use', one: 'missing' });
  expect(standings({ held: [key('two')], turns })).toEqual({ two: 'in use' });
});

test('the first lock key is in use for ever', () => {
  const locks = [key('one', 'lock'), key('two', 'lock')];
  expect(standings({ held: locks, turns: [], now: after })).toEqual({ one: 'in use', two: 'old' });
});
