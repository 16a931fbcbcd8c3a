import { createHmac, timingSafeEqual } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Fields } from '../../src/grpc/fields.js';
import { createPageTokens } from '../../src/grpc/page-token.js';
import { paging } from '../../src/grpc/pages.js';

const macUnder = (key: string) => {
  const sign = (bytes: Uint8Array): Uint8Array => createHmac('sha256', key).update(bytes).digest();
  return { sign, verify: (bytes: Uint8Array, mac: Uint8Array) => timingSafeEqual(sign(bytes), mac) };
};
const HOUR = 3_600_000;
let now = 1_000_000;
const tokens = createPageTokens(macUnder('one'), () => now);
const question = { path: '/ListUsers', callerId: 'u1', query: { prefix: 'a', from: new Date(5), count: 7n } };

describe('a page token', () => {
  test('leads on, in the same question of the same caller', () => {
    expect(tokens.read(question, tokens.write(question, 'ann'))).toBe('ann');
  });

  test.each([
    ['another method', { ...question, path: '/ListRoles' }],
    ['another caller', { ...question, callerId: 'u2' }],
    ['another query', { ...question, query: { ...question.query, prefix: 'b' } }],
    ['another time in the query', { ...question, query: { ...question.query, from: new Date(6) } }],
    ['another number in the query', { ...question, query: { ...question.query, count: 8n } }],
  ])('is worth nothing in %s', (_, other) => {
    expect(tokens.read(other, tokens.write(question, 'ann'))).toBeUndefined();
  });

  test('is good for 24 hours', () => {
    const token = tokens.write(question, 'ann');
    now += 24 * HOUR - 1;
    expect(tokens.read(question, token)).toBe('ann');
    now += 1;
    expect(tokens.read(question, token)).toBeUndefined();
  });

  test('with any one character changed, cut or added is worth nothing', () => {
    const token = tokens.write(question, 'ann');
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(tokens.read(question, token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined();
      expect(tokens.read(question, token.slice(0, at))).toBeUndefined();
    }
    for (const end of ['A', '=', ' ', '\n']) expect(tokens.read(question, token + end)).toBeUndefined();
  });

  test('under another key is worth nothing', () => {
    expect(tokens.read(question, createPageTokens(macUnder('two'), () => now).write(question, 'ann'))).toBeUndefined();
  });

  test.each(['x', '{}', 'A'.repeat(43), 'A'.repeat(200), '🔐'])('is not %j', (token) => {
    expect(tokens.read(question, token)).toBeUndefined();
  });
});

describe('a list', () => {
  const rows = ['a', 'b', 'c', 'd', 'e'];
  const list = (pageSize: number, pageToken: string, query = 'all') => {
    const fields = new Fields();
    const pages = paging(tokens, fields, { pageSize, pageToken, query } as never, { path: '/List', callerId: 'u1' });
    fields.check();
    const { limit, after } = pages.page;
    const from = after === undefined ? 0 : rows.indexOf(after) + 1;
    return pages.answer(
      rows.slice(from, from + limit),
      (row) => row,
      (row) => row.toUpperCase(),
    );
  };

  test('comes page by page, every row once, and ends without a token', () => {
    const seen: string[] = [];
    let token = '';
    do {
      const { items, nextPageToken } = list(2, token);
      seen.push(...items);
      token = nextPageToken;
    } while (token !== '');
    expect(seen).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  test('whose last page is exactly full offers no empty one', () => {
    expect(list(5, '').nextPageToken).toBe('');
  });

  test('may change its page size on the way, and nothing else', () => {
    const { nextPageToken } = list(2, '');
    expect(list(3, nextPageToken).items).toEqual(['C', 'D', 'E']);
    expect(() => list(2, nextPageToken, 'other')).toThrow('FIELDS_INVALID');
  });

  test.each([-1, 1001])('has no page of %i', (size) => {
    expect(() => list(size, '')).toThrow('FIELDS_INVALID');
  });

  test('has pages of 50 where none was asked for', () => {
    const fields = new Fields();
    const { page } = paging(tokens, fields, { pageSize: 0, pageToken: '' }, { path: '/List', callerId: 'u1' });
    expect(page.limit).toBe(51);
  });
});
