import { expect, test } from 'vitest';
import { type Address, isLocal, isLocalAddress, parseAddress } from '../../src/config/address.js';

const at = (text: string): Address => {
  const address = parseAddress(text);
  if (!address) throw new Error(`${text} is no address`);
  return address;
};

test.each([
  ['127.0.0.1:50051', { kind: 'tcp', host: '127.0.0.1', port: 50_051 }],
  ['[::1]:0', { kind: 'tcp', host: '::1', port: 0 }],
  ['backup.example:443', { kind: 'tcp', host: 'backup.example', port: 443 }],
  ['unix:/run/s.sock', { kind: 'unix', path: '/run/s.sock' }],
])('reads %s', (text, address) => {
  expect(parseAddress(text)).toEqual(address);
});

test.each([
  '',
  'unix:',
  '127.0.0.1',
  ':50051',
  '::1:50051',
  '127.0.0.1:65536',
  '127.0.0.1:-1',
  'a b:c',
  '[::1]',
  '[zz]:1',
])('does not read %j', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

test.each(['127.0.0.1:1', '127.9.9.9:1', 'localhost:1', '[::1]:1', 'unix:/s'])('%s is on this host', (text) => {
  expect(isLocal(at(text))).toBe(true);
  expect(isLocalAddress(text)).toBe(true);
});

test.each([
  '0.0.0.0:1',
  '[::]:1',
  '10.0.0.1:1',
  '127.example.org:1',
  'localhost.example.org:1',
  '[::ffff:127.0.0.1]:1',
])('%s may be reached from elsewhere', (text) => {
  expect(isLocal(at(text))).toBe(false);
  expect(isLocalAddress(text)).toBe(false);
});
