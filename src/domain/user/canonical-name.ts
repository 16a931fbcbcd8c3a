/** A name is (realm, name); an empty realm is local. All spellings of one name have one canonical form. */
export interface CanonicalName {
  readonly realm: string;
  readonly name: string;
  /** The one key for look-up, wait and audit: `name` or `realm\name`. */
  readonly text: string;
}

const LONGEST = 128;
/** UTF-16 units of any spelling of the longest name, and far more: folding makes eighteen letters of one. */
const LONGEST_SPELLING = 2048;
// Control, format, surrogate, private-use and unassigned code points: nothing a person can see and tell apart.
const INVISIBLE = /\p{C}/u;

/** The canonical form, or undefined when the text is no name. `REALM\name` and `name@realm` are spellings of one. */
export function canonicalName(text: string): CanonicalName | undefined {
  if (text.length > LONGEST_SPELLING) return undefined;
  const { realm, name } = split(fold(text));
  if (!isPart(name) || (realm !== '' && !isPart(realm))) return undefined;
  return { realm, name, text: realm === '' ? name : `${realm}\\${name}` };
}

// Upper case before lower case: plain lower-casing keeps ß apart from ss, and final sigma from sigma. Lower case first,
// because ẞ has no upper case of its own.
function fold(text: string): string {
  const cased = text.trim().normalize('NFKC').toLowerCase().toUpperCase().toLowerCase();
  return cased.normalize('NFKC').trim();
}

function split(text: string): { realm: string; name: string } {
  const backslash = text.indexOf('\\');
  if (backslash > 0) return { realm: text.slice(0, backslash), name: text.slice(backslash + 1) };
  const at = text.lastIndexOf('@');
  if (at >= 0 && at < text.length - 1) return { realm: text.slice(at + 1), name: text.slice(0, at) };
  return { realm: '', name: text };
}

function isPart(part: string): boolean {
  const length = [...part].length;
  return length >= 1 && length <= LONGEST && !INVISIBLE.test(part) && !/[\\@]/u.test(part) && part.trim() === part;
}
