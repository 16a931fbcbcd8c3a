import { describe, expect, test } from 'vitest';
import { type FieldViolation, Refusal } from '../../src/domain/refusal.js';
import { Fields } from '../../src/grpc/fields.js';

/** What was noted, by field. */
function violations(look: (fields: Fields) => void): Record<string, string> {
  const fields = new Fields();
  look(fields);
  try {
    fields.check();
    return {};
  } catch (error) {
    const told: readonly FieldViolation[] = error instanceof Refusal ? (error.details.fields ?? []) : [];
    return Object.fromEntries(told.map(({ field, description }) => [field, description]));
  }
}
const refuses = (look: (fields: Fields) => void): boolean => Object.keys(violations(look)).length > 0;

test('every violation is told at once', () => {
  const told = violations((fields) => {
    fields.required('a', '');
    fields.id('b', 'NOT AN ID');
    fields.number('c', 7, 0, 6);
  });
  expect(Object.keys(told)).toEqual(['a', 'b', 'c']);
});

test('without a violation nothing is thrown', () => {
  expect(() => new Fields().check()).not.toThrow();
});

describe('an id', () => {
  test.each(['01hzx8v7q2m3n4p5r6s7t8v9wa', 'backup-administrator', 'console', '7'])('may be %s', (id) => {
    expect(refuses((fields) => fields.id('id', id))).toBe(false);
  });

  test.each(['', 'A', '-a', 'a b', "a'--", 'a/b', '%', 'x'.repeat(41), 'ａ'])('may not be %j', (id) => {
    expect(refuses((fields) => fields.id('id', id))).toBe(true);
  });

  test('that is optional may be empty and not wrong', () => {
    expect(new Fields().optionalId('id', '')).toBeUndefined();
    expect(refuses((fields) => fields.optionalId('id', 'A'))).toBe(true);
  });
});

describe('a text', () => {
  test('is trimmed and counted in characters as people see them, not in bytes', () => {
    expect(new Fields().text('t', '  desk  ', 4)).toBe('desk');
    expect(refuses((fields) => fields.text('t', '🔐'.repeat(200), 200))).toBe(false);
    expect(refuses((fields) => fields.text('t', '🔐'.repeat(201), 200))).toBe(true);
  });

  test.each(['a\u0000b', 'a\nb', 'a\u001b[31mb', 'a\u202eb', 'a\u200bb', 'a\ue000b', 'a\u{e0041}b'])(
    'with what nobody sees is refused: %j',
    (value) => {
      expect(refuses((fields) => fields.text('t', value, 10))).toBe(true);
    },
  );

  test('that is a name may not be blank', () => {
    expect(refuses((fields) => fields.name('n', '   ', 10))).toBe(true);
  });

  test('that is a name is counted in the form in which it is compared', () => {
    expect(refuses((fields) => fields.name('n', '\ufdfa', 18))).toBe(false);
    expect(refuses((fields) => fields.name('n', '\ufdfa', 17))).toBe(true);
  });
});

test.each(['ann@example.org', 'a@b', ''])('%j may be an e-mail address', (value) => {
  expect(refuses((fields) => fields.email('email', value))).toBe(false);
});

test.each(['ann', '@b', 'a@', 'a b@c', 'a@b@c', `${'a'.repeat(260)}@b`])('%j may not be an e-mail address', (value) => {
  expect(refuses((fields) => fields.email('email', value))).toBe(true);
});

describe('a secret', () => {
  test('is bounded in bytes, before anything is hashed', () => {
    expect(refuses((fields) => fields.secret('p', 'é'.repeat(128)))).toBe(false);
    expect(refuses((fields) => fields.secret('p', 'é'.repeat(129)))).toBe(true);
  });

  test('is taken as it is: spaces count', () => {
    expect(new Fields().secret('p', '  pass word ')).toBe('  pass word ');
  });

  test('is never repeated in what is told', () => {
    const secret = 'hunter2'.repeat(100);
    const told = violations((fields) => {
      fields.secret('p', secret);
      fields.code('c', '12x456');
    });
    expect(JSON.stringify(told)).not.toMatch(/hunter2|12x456/);
  });
});

describe('a code', () => {
  test.each([
    ['123456', '123456'],
    ['123 456', '123456'],
    ['1234 5678', '12345678'],
  ])('%j is %s', (value, code) => {
    expect(new Fields().code('code', value)).toBe(code);
  });

  test.each(['', '12345', '1234567', '123456789', '１２３４５６', '12345a', '-12345', '1e5555', '123.456'])(
    'may not be %j',
    (value) => {
      expect(refuses((fields) => fields.code('code', value))).toBe(true);
    },
  );
});

test.each(['', '192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1'])('%j may be an address', (value) => {
  expect(refuses((fields) => fields.address('address', value))).toBe(false);
});

test.each(['host', '192.0.2', '192.0.2.1:80', '192.0.2.0/24', '1', 'fe80::1%eth0', `fe80::1%${'a'.repeat(5000)}`])(
  '%j may not be an address',
  (value) => {
    expect(refuses((fields) => fields.address('address', value))).toBe(true);
  },
);

test.each([
  [0, false],
  [1000, false],
  [-1, true],
  [1001, true],
  [2n ** 63n, true],
])('the number %s of 0 to 1000 is refused: %s', (value, refused) => {
  expect(refuses((fields) => fields.number('n', value, 0, 1000))).toBe(refused);
});

describe('a time', () => {
  test('is milliseconds, or nothing', () => {
    expect([new Fields().time('t', new Date(5)), new Fields().time('t', undefined)]).toEqual([5, undefined]);
  });

  test('beyond what a date holds is refused', () => {
    expect(violations((fields) => fields.time('t', new Date(Number.NaN)))).toHaveProperty('t');
  });
});

describe('an enum', () => {
  const colours = new Map([
    [1, 'red'],
    [2, 'green'],
  ]);

  test('is one of the values there are', () => {
    expect(new Fields().oneOf('colour', 2, colours)).toBe('green');
  });

  test('is refused when not set, and when its number is not known', () => {
    expect(refuses((fields) => fields.oneOf('colour', 0, colours))).toBe(true);
    expect(refuses((fields) => fields.oneOf('colour', 3, colours))).toBe(true);
    expect(refuses((fields) => fields.oneOf('colour', 3, colours, 'red'))).toBe(true);
  });

  test('may have a usual value for when it is not set', () => {
    expect(new Fields().oneOf('colour', 0, colours, 'red')).toBe('red');
  });
});

describe('an update mask', () => {
  const known = ['name', 'description'];

  test('names at least one field', () => {
    expect(refuses((fields) => fields.mask('update_mask', undefined, known))).toBe(true);
    expect(refuses((fields) => fields.mask('update_mask', [], known))).toBe(true);
  });

  test.each(['*', 'kind', 'name.x', 'Name', ''])('cannot name %j', (path) => {
    expect(violations((fields) => fields.mask('update_mask', ['name', path], known))).toHaveProperty('update_mask');
  });

  test('repeats nothing of what was sent', () => {
    const told = violations((fields) => fields.mask('update_mask', ['hunter2'], known));
    expect(told['update_mask']).not.toContain('hunter2');
  });
});
