import { expect, test } from 'vitest';
import { doorOf, isLoopback, type Listener, parseListener } from '../../src/grpc/listener.js';

const at = (text: string): Listener => {
  const listener = parseListener(text);
  if (!listener) throw new Error(`${text} is no listener`);
  return listener;
};

test.each([
  ['127.0.0.1:50051', { kind: 'tcp', host: '127.0.0.1', port: 50_051 }],
  ['[::1]:0', { kind: 'tcp', host: '::1', port: 0 }],
  ['backup.example:443', { kind: 'tcp', host: 'backup.example', port: 443 }],
  ['unix:/run/s.sock', { kind: 'unix', path: '/run/s.sock' }],
])('reads %s', (text, listener) => {
  expect(parseListener(text)).toEqual(listener);
});

test.each(['', 'unix:', '127.0.0.1', ':50051', '::1:50051', '127.0.0.1:65536', '127.0.0.1:-1', 'a b:c'])(
  'does not read %j',
  (text) => {
    expect(parseListener(text)).toBeUndefined();
  },
);

test.each(['127.0.0.1:1', '127.9.9.9:1', 'localhost:1', '[::1]:1', 'unix:/s'])('%s is on this host', (text) => {
  expect(isLoopback(at(text))).toBe(true);
});

test.each([
  '0.0.0.0:1',
  '[::]:1',
  '10.0.0.1:1',
  '127.example.org:1',
  'localhost.example.org:1',
  '[::ffff:127.0.0.1]:1',
])('%s may be reached from elsewhere', (text) => {
  expect(isLoopback(at(text))).toBe(false);
});

test.each([
  // listener, all of them, TLS, local over TCP allowed → local
  ['unix:/s', ['unix:/s', '0.0.0.0:1'], true, false, true],
  ['127.0.0.1:1', ['127.0.0.1:1', 'unix:/s'], false, true, true],
  ['127.0.0.1:1', ['127.0.0.1:1', 'unix:/s'], false, false, false],
  ['127.0.0.1:1', ['127.0.0.1:1', '10.0.0.1:1'], false, true, false],
  ['10.0.0.1:1', ['10.0.0.1:1'], false, true, false],
  ['127.0.0.1:1', ['127.0.0.1:1'], true, true, false],
])('%s among %j with TLS %s, local over TCP %s: local is %s', (one, all, tls, overTcp, local) => {
  expect(doorOf(at(one), all.map(at), tls, overTcp).local).toBe(local);
});
