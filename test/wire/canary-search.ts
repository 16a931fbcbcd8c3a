import { randomBytes } from 'node:crypto';

/** Begins every canary, so that one look finds wherever any of them is; then it is asked which. */
const MARK = 'qzcanaryzq';
const WINDOW = 400;

/** A text that is nowhere else. */
export const newCanary = (): string => MARK + randomBytes(9).toString('hex');

/** Where something is looked for: a name, and its text or bytes. */
export type Place = readonly [name: string, content: string | Uint8Array];

/** Every way a text is likely to be written down, in lower case. */
export function formsOf(text: string | Uint8Array): string[] {
  const bytes = Buffer.from(text as string);
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const forms = [
    bytes.toString('latin1'),
    bytes.toString('hex'),
    percent,
    encodeURIComponent(bytes.toString('latin1')),
  ];
  return [...new Set([...forms, ...base64Of(bytes)].map((form) => form.toLowerCase()))];
}

// Inside something longer the same bytes are written in three ways; what depends on the neighbours is left out.
function base64Of(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor((padded.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((encoding) => padded.toString(encoding).slice(from, to));
  });
}

const textOf = ([, content]: Place): string =>
  (typeof content === 'string' ? content : Buffer.from(content).toString('latin1')).toLowerCase();

/** Which canaries of these are in which place, as `canary in place`. */
export function findCanaries(canaries: readonly string[], places: readonly Place[]): string[] {
  const known = canaries.map((canary) => [canary, formsOf(canary)] as const);
  const marks = formsOf(MARK);
  return places.flatMap((place) => {
    const text = textOf(place);
    const windows = marks.flatMap((mark) => windowsAt(text, mark));
    return known
      .filter(([, forms]) => windows.some((window) => forms.some((form) => window.includes(form))))
      .map(([canary]) => `${canary} in ${place[0]}`);
  });
}

function windowsAt(text: string, mark: string): string[] {
  const found: string[] = [];
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1))
    found.push(text.slice(Math.max(0, at - 4), at + WINDOW));
  return found;
}

/** Which of these secrets, that cannot all begin alike, are in which place. Digits count only where no digit is beside them. */
export function findSecrets(secrets: ReadonlyMap<string, string>, places: readonly Place[]): string[] {
  const looks = [...secrets].map(([secret, name]) => [name, lookFor(secret)] as const);
  return places.flatMap((place) => {
    const text = textOf(place);
    return looks.filter(([, isIn]) => isIn(text)).map(([name]) => `${name} in ${place[0]}`);
  });
}

function lookFor(secret: string): (text: string) => boolean {
  if (/^\d+$/.test(secret)) {
    const alone = new RegExp(`(?<!\\d)${secret}(?!\\d)`);
    return (text) => alone.test(text);
  }
  const forms = formsOf(secret);
  return (text) => forms.some((form) => text.includes(form));
}
