import { expect, test } from 'vitest';
import { parseAddress } from '../../src/config/index.js';
import { doorOf } from '../../src/grpc/listener.js';

const at = (text: string) => {
  const address = parseAddress(text);
  if (!address) throw new Error(`${text} is no address`);
  return address;
};

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
