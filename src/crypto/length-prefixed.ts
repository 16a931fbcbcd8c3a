const LENGTH = 4;

/** Joins parts so that no two lists of parts give the same bytes: each is preceded by its length. */
export function lengthPrefixed(parts: readonly (string | Uint8Array)[]): Buffer {
  // Into one buffer: every call hashes a token or two, and gathering small buffers took longer than the hash.
  const bytes = Buffer.allocUnsafe(parts.reduce((size, part) => size + LENGTH + mostBytes(part), 0));
  let at = 0;
  for (const part of parts) {
    const from = at + LENGTH;
    const length = typeof part === 'string' ? bytes.write(part, from) : copied(part, bytes, from);
    bytes.writeUInt32BE(length, at);
    at = from + length;
  }
  return bytes.subarray(0, at);
}

// Enough for any text in UTF-8; measuring it takes as long as writing it.
const mostBytes = (part: string | Uint8Array): number => (typeof part === 'string' ? 3 : 1) * part.length;

function copied(part: Uint8Array, to: Buffer, at: number): number {
  to.set(part, at);
  return part.length;
}
