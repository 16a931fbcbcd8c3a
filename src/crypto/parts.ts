const LENGTH = 4;

/** Joins parts so that no two lists of parts give the same bytes: each is preceded by its length. */
export function joined(parts: readonly (string | Uint8Array)[]): Buffer {
  // Into one buffer: every call hashes a token or two, and gathering small buffers took longer than the hash.
  const bytes = Buffer.allocUnsafe(parts.reduce((size, part) => size + LENGTH + lengthOf(part), 0));
  let at = 0;
  for (const part of parts) {
    at = bytes.writeUInt32BE(lengthOf(part), at);
    if (typeof part === 'string') at += bytes.write(part, at);
    else {
      bytes.set(part, at);
      at += part.length;
    }
  }
  return bytes;
}

const lengthOf = (part: string | Uint8Array): number =>
  typeof part === 'string' ? Buffer.byteLength(part) : part.length;
