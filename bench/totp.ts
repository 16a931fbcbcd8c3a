import { createHmac } from 'node:crypto';

const STEP = 30_000;

/** The six digits of this moment (RFC 6238, SHA1, 30 s). By itself, so that the benchmark is no part of what it measures. */
export function totpAt(secret: Buffer, time: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(time / STEP)));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const at = (mac[19] ?? 0) & 0xf;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
