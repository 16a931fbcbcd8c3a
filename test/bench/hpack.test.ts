import { expect, test } from 'vitest';
import { createEncoder, type Fields, literals, statusesOf } from '../../bench/load/hpack.js';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

test('literals are written as RFC 7541 C.2.2 has them, without a table', () => {
  expect(literals([['password', 'secret']])).toEqual(bytes('00 08 70617373776f7264 06 736563726574'));
});

test('a field is literal the first time, as RFC 7541 C.2.1 has it, and a number from then on', () => {
  const encode = createEncoder();
  const fields: Fields = [['custom-key', 'custom-header']];

  expect(encode(fields)).toEqual(bytes('40 0a 637573746f6d2d6b6579 0d 637573746f6d2d686561646572'));
  expect(encode(fields)).toEqual(bytes('be'));
});

test('the numbers of the static table are used, and later fields move those before them', () => {
  const encode = createEncoder();
  // RFC 7541 C.3.1 and C.3.2, with another method.
  const first: Fields = [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':authority', 'www.example.com'],
  ];
  expect(encode(first)).toEqual(bytes('83 86 41 0f 7777772e6578616d706c652e636f6d'));
  expect(encode([...first, ['cache-control', 'no-cache']]).subarray(0, 3)).toEqual(bytes('83 86 be'));
  expect(encode(first)).toEqual(bytes('83 86 bf'));
  expect(encode(first)).toEqual(bytes('83 86 bf'));
});

test('what does not fit into the table is sent whole each time, and what is in it stays', () => {
  const encode = createEncoder();
  const small: Fields = [['a', 'b']];
  const large: Fields = [['a', 'x'.repeat(4096 - 32)]];
  encode(small);

  expect(encode(large)[0]).toBe(0);
  expect(encode(large)).toHaveLength(literals(large).length);
  expect(encode(small)).toEqual(bytes('be'));
});

test('a long value has its length in several bytes', () => {
  const block = literals([['a', 'x'.repeat(1337 + 127 - 127)]]);

  // 1337 - 127 = 1210 = 9 * 128 + 58.
  expect(block.subarray(0, 6)).toEqual(bytes('00 01 61 7f ba 09'));
});

test.each([
  ['plain', '88 00 0b 677270632d737461747573 01 30', { http: 200, grpc: 0 }],
  ['in Huffman code', '00 88 9acac8b21234da8f 01 30', { http: undefined, grpc: 0 }],
  ['with two digits', '40 88 9acac8b21234da8f 02 3136', { http: undefined, grpc: 16 }],
  [
    'after a size update and others',
    '20 8e 10 01 61 01 62 0f 10 01 63 00 88 9acac8b21234da8f 01 38',
    { http: 500, grpc: 8 },
  ],
  ['not there', '88', { http: 200, grpc: undefined }],
])('reads the statuses: %s', (_, hex, statuses) => {
  expect(statusesOf(bytes(hex))).toEqual(statuses);
});

test('a block that ends too early is an error, not a status', () => {
  expect(() => statusesOf(bytes('00 88 9aca'))).toThrow('ends inside');
});
