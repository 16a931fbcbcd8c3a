import { createHmac, timingSafeEqual } from 'node:crypto';
import { generateURI, ScureBase32Plugin } from 'otplib';
import { renderSVG } from 'uqr';
import type { OtpCodes, TotpShape } from '../domain/ports.js';

const base32 = new ScureBase32Plugin();
const lower = { SHA1: 'sha1', SHA256: 'sha256', SHA512: 'sha512' } as const;

/** The code of one step: HOTP with the step as counter (RFC 6238 §4.2, RFC 4226 §5.3). */
export function codeAt(
  secret: Uint8Array,
  { algorithm, digits }: Pick<TotpShape, 'algorithm' | 'digits'>,
  step: number,
): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac(lower[algorithm], secret).update(counter).digest();
  // Dynamic truncation: the last four bits say where.
  const at = mac.readUInt8(mac.length - 1) & 0x0f;
  const number = mac.readUInt32BE(at) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * RFC 4226 and RFC 6238 behind one file. Codes are worked out here: otplib takes three times as long for a step, and a call
 * tries several. What otplib reads and writes it throws on when malformed, and that does not leave from here.
 */
export const otpCodes: OtpCodes = {
  matchStep: (secret, shape, code, { around, from, to }) => {
    const typed = Buffer.from(code);
    if (typed.length !== shape.digits) return undefined;
    return nearestFirst(around, Math.max(0, from), to).find((step) =>
      timingSafeEqual(Buffer.from(codeAt(secret, shape, step)), typed),
    );
  },
  otpauthUri: (secret, { algorithm, digits, period }, issuer, account) =>
    generateURI({ issuer, label: account, secret: base32Text(secret), algorithm: lower[algorithm], digits, period }),
  base32: (secret) => base32Text(secret),
  parseBase32: (text) => {
    const digits = text.replace(/[\s=]/g, '').toUpperCase();
    try {
      return digits === '' ? undefined : base32.decode(digits);
    } catch {
      return undefined;
    }
  },
  qrSvg: (text) => renderSVG(text),
};

const base32Text = (secret: Uint8Array): string => base32.encode(secret).replaceAll('=', '');

function nearestFirst(around: number, from: number, to: number): number[] {
  const steps = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  return steps.sort((a, b) => Math.abs(a - around) - Math.abs(b - around));
}
