import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Chance } from '../chance.js';

const DEEPEST = 4;

const TEXTS: readonly [string, ...string[]] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '../../../etc/passwd',
  "' OR 1=1; DROP TABLE users; --",
  '%s%n%x',
  '${7*7}',
  '__proto__',
  'constructor',
  'toString',
  '{"$gt":""}',
  '*',
  '\r\nset-cookie: a=b',
  '\u202eadministrator',
  'ADMINISTRATOR',
  'administrator',
  'REALM\\',
  '@',
  '\\'.repeat(300),
  'ﷺ'.repeat(3000),
  `a${'\u0301'.repeat(20_000)}`,
  '😀'.repeat(128),
  '\u{10ffff}\ufffe\ufeff',
  'İıſßς',
  'x'.repeat(60_000),
  '000000',
  '123456 ',
  '１２３４５６',
  '01-AAAA-BBBB-CCCC-DDDD',
  'sst_',
  'ssi_AAAAAAAAAAAAAAAAAAAAAAAAAA_AAAA',
  'sps_00000000000000000000000000_0000',
  '0.0.0.0/0',
  '::1/129',
  '999.1.1.1/33',
  '-1',
  '1e309',
  'NaN',
];

const NUMBERS: readonly [bigint, ...bigint[]] = [
  0n,
  1n,
  -1n,
  50n,
  1000n,
  2n ** 31n - 1n,
  -(2n ** 31n),
  2n ** 53n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  253_402_300_799n,
  -62_135_596_801n,
];

/** A request that decodes, with values that nobody means well by. `known` are texts that this installation knows. */
export function hostileValues(chance: Chance, message: DescMessage, known: readonly string[]): Buffer {
  return Buffer.from(written(chance, message, known, 0).finish());
}

function written(chance: Chance, message: DescMessage, known: readonly string[], depth: number): BinaryWriter {
  const writer = new BinaryWriter();
  for (const field of message.fields) {
    if (chance.below(3) === 0) continue;
    const times = field.fieldKind !== 'list' ? 1 : chance.pick([0, 1, 2, 300]);
    for (let time = 0; time < times; time++) write(writer, chance, field, known, depth);
  }
  return writer;
}

function write(writer: BinaryWriter, chance: Chance, field: DescField, known: readonly string[], depth: number): void {
  if (field.message) {
    if (depth >= DEEPEST) return;
    const inner = written(chance, field.message, known, depth + 1).finish();
    writer.tag(field.number, WireType.LengthDelimited).bytes(inner);
  } else if (field.scalar === ScalarType.STRING)
    writer.tag(field.number, WireType.LengthDelimited).string(textFrom(chance, known));
  else if (field.scalar === ScalarType.BYTES)
    writer.tag(field.number, WireType.LengthDelimited).bytes(chance.bytes(chance.below(400)));
  else writer.tag(field.number, WireType.Varint).int64(chance.pick(NUMBERS));
}

// Ids that are there lead deeper than those that are not.
const textFrom = (chance: Chance, [first, ...rest]: readonly string[]): string =>
  first !== undefined && chance.below(3) === 0 ? chance.pick([first, ...rest]) : chance.pick(TEXTS);
