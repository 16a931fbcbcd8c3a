import { describe, expect, test } from 'vitest';
import { isWithin, parseNetwork } from '../../../src/domain/service-account/network.js';

describe('a network', () => {
  test.each([
    ['0.0.0.0/0', ['0.0.0.0', '127.0.0.1', '255.255.255.255', '::ffff:192.0.2.1'], ['::1', '2001:db8::1', '::7f00:1']],
    [
      '192.0.2.0/24',
      ['192.0.2.0', '192.0.2.255', '::ffff:192.0.2.7', '::FFFF:c000:0207'],
      ['192.0.3.0', '192.0.1.255'],
    ],
    ['192.0.2.7/32', ['192.0.2.7'], ['192.0.2.6', '192.0.2.8']],
    ['10.0.0.0/9', ['10.127.255.255'], ['10.128.0.0']],
    ['::/0', ['::', '2001:db8::1', 'unix'], ['192.0.2.1', '127.0.0.1', '::ffff:192.0.2.1']],
    ['2001:db8::/32', ['2001:db8::', '2001:0DB8:ffff::1'], ['2001:db9::', '::1']],
    ['::ffff:192.0.2.0/120', ['192.0.2.9', '::ffff:192.0.2.9'], ['192.0.3.9']],
    ['fe80::/10', ['fe80::1%eth0', 'febf::1'], ['fec0::1']],
    ['::1/128', ['::1', 'unix', '0:0:0:0:0:0:0:1'], ['127.0.0.1']],
    ['127.0.0.0/8', ['127.1.2.3', 'unix'], ['::1', '128.0.0.0']],
  ])('%s holds what lies in it and nothing else', (network, inside, outside) => {
    expect(inside.filter((address) => !isWithin([network], address))).toEqual([]);
    expect(outside.filter((address) => isWithin([network], address))).toEqual([]);
  });

  test.each([
    '',
    '192.0.2.1',
    '192.0.2.1/24',
    '192.0.2.0/33',
    '192.0.2/24',
    '192.0.2.0/',
    '192.0.2.0/-1',
    '256.0.0.0/8',
    '010.0.0.0/8',
    '192.0.2.0/24 ',
    'localhost/8',
    '::/129',
    ':::/0',
    '1::2::3/128',
    '1:2:3:4:5:6:7/112',
    '1:2:3:4:5:6:7:8:9/128',
    '12345::/16',
    '2001:db8::1/32',
    '192.0.2.0/024x',
    '/0',
    '0.0.0.0/1e1',
    '1:2:3:4:5:6:7::8/128',
  ])('is not %j, which is told what to write', (text) => {
    expect(parseNetwork(text)).toBeTypeOf('string');
  });

  test('holds no address that is none, and none lies in no network', () => {
    for (const address of ['', 'unknown', '999.1.1.1', '1.2.3', 'UNIX', '::g'])
      expect([address, isWithin(['0.0.0.0/0', '::/0'], address)]).toEqual([address, false]);
    expect(isWithin([], '127.0.0.1')).toBe(false);
  });
});
