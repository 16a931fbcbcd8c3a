/** Joins parts so that no two lists of parts give the same bytes: each is preceded by its length. */
export function joined(parts: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.flatMap((part) => lengthPrefixed(typeof part === 'string' ? Buffer.from(part) : part)));
}

function lengthPrefixed(bytes: Uint8Array): Uint8Array[] {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
}
