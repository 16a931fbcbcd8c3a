import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeAt, otpCodes } from '../../src/crypto/otp-codes.js';
import type { OtpAlgorithm, TotpShape } from '../../src/domain/ports.js';
import { fromBase32 } from '../support/base32.js';
import hotp from '../vectors/rfc4226-appendix-d.json' with { type: 'json' };
import totp from '../vectors/rfc6238-appendix-b.json' with { type: 'json' };

const ALGORITHMS: readonly OtpAlgorithm[] = ['SHA1', 'SHA256', 'SHA512'];

describe('the codes of the RFCs', () => {
  test.each(hotp.codes.map((code, counter) => [counter, code] as const))(
    'RFC 4226 appendix D, counter %i',
    (counter, code) => {
      expect(codeAt(Buffer.from(hotp.secret), { algorithm: 'SHA1', digits: 6 }, counter)).toBe(code);
    },
  );

  test.each(totp.codes)('RFC 6238 appendix B at $time', (row) => {
    for (const algorithm of ALGORITHMS) {
      const step = Math.floor(row.time / totp.period);
      expect(codeAt(Buffer.from(totp.seeds[algorithm]), { algorithm, digits: 8 }, step)).toBe(row[algorithm]);
    }
  });

  test('agree with a second implementation for random secrets and steps', () => {
    const shape = fc.record({ algorithm: fc.constantFrom(...ALGORITHMS), digits: fc.constantFrom(6, 8) });
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 20, maxLength: 64 }),
        fc.nat(2 ** 31),
        shape,
        (secret, step, { algorithm, digits }) => {
          expect(codeAt(secret, { algorithm, digits: digits as 6 | 8 }, step)).toBe(
            byTheBook(secret, step, algorithm, digits),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** RFC 4226 §5.3, written from its words. */
function byTheBook(secret: Uint8Array, counter: number, algorithm: OtpAlgorithm, digits: number): string {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac(algorithm.toLowerCase(), secret).update(message).digest();
  const at = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 10 ** digits).padStart(digits, '0');
}

describe('finding the step of a code', () => {
  const shape: TotpShape = { algorithm: 'SHA1', digits: 6, period: 30 };
  const secret = randomBytes(20);

  test('looks at the nearest first and nowhere outside the range', () => {
    expect(otpCodes.matchStep(secret, shape, codeAt(secret, shape, 101), { around: 100, from: 99, to: 101 })).toBe(101);
    expect(
      otpCodes.matchStep(secret, shape, codeAt(secret, shape, 102), { around: 100, from: 99, to: 101 }),
    ).toBeUndefined();
  });

  test.each(['', '12345', '1234567', 'abcdef', '12345\u0660'])('answers nothing for %j and throws nothing', (code) => {
    expect(otpCodes.matchStep(secret, shape, code, { around: 100, from: 99, to: 101 })).toBeUndefined();
  });

  test('reaches no step before the first', () => {
    expect(otpCodes.matchStep(secret, shape, codeAt(secret, shape, 0), { around: 0, from: -5, to: 1 })).toBe(0);
  });
});

test('the otpauth URI says everything an app asks, and its names are escaped', () => {
  const secret = randomBytes(20);
  const uri = new URL(
    otpCodes.otpauthUri(secret, { algorithm: 'SHA256', digits: 8, period: 60 }, 'Backup & Co', 'corp\\a b'),
  );
  expect(`${uri.protocol}//${uri.host}`).toBe('otpauth://totp');
  expect(decodeURIComponent(uri.pathname)).toBe('/Backup & Co:corp\\a b');
  expect(Object.fromEntries(uri.searchParams)).toMatchObject({
    issuer: 'Backup & Co',
    algorithm: 'SHA256',
    digits: '8',
    period: '60',
  });
  expect(fromBase32(uri.searchParams.get('secret') ?? '')).toEqual(secret);
});

describe('a seed in base32', () => {
  test('is read back from what is shown of any secret, in small letters, in groups and padded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (secret) => {
        const text = otpCodes.base32(secret);
        const spelt = `${text.toLowerCase().replace(/(.{4})/g, '$1 ')}===`;
        expect(otpCodes.parseBase32(text)).toEqual(secret);
        expect(otpCodes.parseBase32(spelt)).toEqual(secret);
      }),
    );
  });

  test.each(['', '=', 'A', 'AAA', 'AB', 'A0', 'A1', 'ÄÄ', 'A'.repeat(105)])('is none, and no error: %j', (text) => {
    expect(otpCodes.parseBase32(text)).toBeUndefined();
  });
});
