import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { generateSync, generateURI, ScureBase32Plugin } from 'otplib';
import { renderSVG } from 'uqr';
import type { OtpCodes, TotpShape } from '../domain/ports.js';

const base32 = new ScureBase32Plugin();
const lower = { SHA1: 'sha1', SHA256: 'sha256', SHA512: 'sha512' } as const;

// Node's own: what otplib brings is written in JavaScript, and takes many times as long for every step that is tried.
const native = {
  name: 'node',
  hmac: (algorithm: string, key: Uint8Array, data: Uint8Array): Uint8Array =>
    createHmac(algorithm, key).update(data).digest(),
  randomBytes: (length: number): Uint8Array => randomBytes(length),
  constantTimeEqual: (a: Uint8Array | string, b: Uint8Array | string): boolean => {
    const [one, other] = [Buffer.from(a), Buffer.from(b)];
    return one.length === other.length && timingSafeEqual(one, other);
  },
};

/** The code of one step: HOTP with the step as counter (RFC 6238 §4.2, RFC 4226 §5.3). */
export const codeAt = (
  secret: Uint8Array,
  { algorithm, digits }: Pick<TotpShape, 'algorithm' | 'digits'>,
  step: number,
): string =>
  generateSync({ strategy: 'hotp', secret, counter: step, algorithm: lower[algorithm], digits, crypto: native });

/** RFC 4226 and RFC 6238 behind one file. otplib keeps no state and throws on what is malformed; neither leaves from here. */
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

/** All steps from `from` to `to`; of two that are as near the earlier one first. */
function nearestFirst(around: number, from: number, to: number): number[] {
  const steps: number[] = [];
  const near = Math.max(0, from - around, around - to);
  for (let away = near; steps.length < to - from + 1; away++)
    for (const step of away === 0 ? [around] : [around - away, around + away])
      if (step >= from && step <= to) steps.push(step);
  return steps;
}
