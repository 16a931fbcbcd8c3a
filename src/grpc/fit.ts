/** How long a message becomes as `grpc-message`: percent-encoded. */
export const wireLength = (text: string): number => encodeURI(text).length;

/**
 * The text, well-formed and at most this long by `lengthOf`; what was cut ends with an ellipsis. grpc-js throws on half a
 * surrogate pair, so cuts fall between code points.
 */
export function cutTo(longest: number, text: string, lengthOf: (text: string) => number): string {
  const whole = Buffer.from(text.slice(0, longest)).toString();
  if (text.length <= longest && lengthOf(whole) <= longest) return whole;
  const points = [...whole];
  let used = lengthOf('…');
  const end = points.findIndex((point) => {
    used += lengthOf(point);
    return used > longest;
  });
  return `${points.slice(0, end === -1 ? points.length : end).join('')}…`;
}

// Tags and lengths of one entry and its strings, and room for the line that says how many are missing.
const TAGS = 16;
const REST = 64;

/** As many entries from the front as fit into this many bytes of protobuf, and how many are left. */
export function fitting<T extends object>(entries: readonly T[], room: number): { shown: readonly T[]; more: number } {
  let used = REST;
  const end = entries.findIndex((entry) => {
    used += TAGS + Object.values(entry).reduce((sum: number, text) => sum + Buffer.byteLength(String(text)), 0);
    return used > room;
  });
  return end === -1 ? { shown: entries, more: 0 } : { shown: entries.slice(0, end), more: entries.length - end };
}
