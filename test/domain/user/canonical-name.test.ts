import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalName } from '../../../src/domain/user/canonical-name.js';

const SPELLINGS: readonly (readonly [string, readonly string[]])[] = [
  ['alice', ['alice', 'Alice', 'ALICE', '  alice ', '\u00a0alice\u3000', 'ａｌｉｃｅ', 'ⒶⓁⓘⓒⓔ']],
  ['strasse', ['strasse', 'Straße', 'STRASSE', 'STRAẞE']],
  ['σοφος', ['ΣΟΦΟΣ', 'σοφος', 'σοφοσ']],
  ['café', ['café', 'cafe\u0301', 'CAFÉ']],
  ['file', ['ﬁle', 'FILE']],
  ['corp\\bob', ['CORP\\bob', 'bob@corp', 'Bob@CORP', 'corp\\BOB', ' bob@Corp ']],
  ['example.com\\bob', ['bob@example.com', 'EXAMPLE.COM\\Bob']],
  ['a b', ['a b', 'A B']],
  ['a  b', ['a  b']],
];

describe('all spellings of a name are one name', () => {
  test.each(SPELLINGS)('%s', (canonical, spellings) => {
    expect(spellings.map((spelling) => canonicalName(spelling)?.text)).toEqual(spellings.map(() => canonical));
  });

  test('the canonical form is its own canonical form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const name = canonicalName(text);
        if (name) expect(canonicalName(name.text)?.text).toBe(name.text);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what is no name is refused', () => {
  const REFUSED = [
    '',
    ' ',
    '\\',
    '@',
    'a\u0000b',
    'a\nb',
    'a\u200db',
    '\u202ealice',
    '\ue000',
    'corp\\a@b',
    'a\\b\\c',
    'x'.repeat(129),
    'corp\\',
    'corp\\ bob',
  ];

  test.each(REFUSED)('%j', (text) => {
    expect(canonicalName(text)).toBeUndefined();
  });

  test('128 code points are a name, 129 are none', () => {
    expect(canonicalName('𝔞'.repeat(128))?.name).toBe('a'.repeat(128));
    expect(canonicalName('é'.repeat(129))).toBeUndefined();
  });
});
