import type { Chance } from '../chance.js';

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const HTTP_1 = 'POST /sallyport.auth.v1.AuthService/StartSignIn HTTP/1.1\r\nHost: localhost\r\n';

type Making = (chance: Chance) => Buffer;

/** What somebody sends who speaks another protocol, half of ours, or none. */
const MAKINGS: readonly [Making, ...Making[]] = [
  (chance) => chance.bytes(1 + chance.below(2000)),
  (chance) => PREFACE.subarray(0, chance.below(PREFACE.length)),
  (chance) => Buffer.concat([PREFACE, chance.bytes(1 + chance.below(500))]),
  (chance) => flipped(chance, PREFACE),
  () => Buffer.from(`${HTTP_1}Content-Length: 5\r\n\r\nhello`),
  (chance) => Buffer.from(`${HTTP_1}X: ${'x'.repeat(chance.below(100_000))}\r\n\r\n`),
  () => Buffer.from(`${HTTP_1}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`),
  () => Buffer.from(`${HTTP_1}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n`),
  // The beginning of a ClientHello, and of an alert.
  (chance) => Buffer.concat([Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]), chance.bytes(chance.below(600))]),
  () => Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]),
  () => Buffer.alloc(0),
];

export const hostileBytes = (chance: Chance): Buffer => chance.pick(MAKINGS)(chance);

/** The same with a few bits the other way, or cut short, or with something put in. */
export function flipped(chance: Chance, bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  for (let times = 1 + chance.below(4); times > 0 && copy.length > 0; times--) {
    const at = chance.below(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << chance.below(8));
  }
  const at = chance.below(copy.length + 1);
  if (chance.below(4) === 0) return copy.subarray(0, at);
  if (chance.below(4) > 0) return copy;
  return Buffer.concat([copy.subarray(0, at), chance.bytes(1 + chance.below(40)), copy.subarray(at)]);
}
