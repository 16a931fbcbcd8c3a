import { stripVTControlCharacters } from 'node:util';

const MASKS: readonly (readonly [RegExp, string])[] = [
  [/^(?:[█▀▄ ]{30,}\n)+/gm, '<qr code>\n'],
  [/\b(sst|ssi|spk)_[0-9a-z]{26}_[\w-]{43}/g, '<$1>'],
  [/\b[0-9a-hjkmnp-tv-z]{26}\b/g, '<id>'],
  // A key of the key file; how many rows need it changes while somebody looks.
  [/\b[0-9a-f]{16}\b/g, '<key>'],
  [/ (old|in use) +\d+ /g, ' $1 <rows> '],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z/g, '<time>'],
  [/\b([0-9A-Z]{4}-){5}[0-9A-Z]{4}\b/g, '<one-time password>'],
  [/\b\d\d-([0-9A-Z]{4}-){3}[0-9A-Z]{4}\b/g, '<recovery code>'],
  [/\b([0-9A-Z]{4}-){3}[0-9A-Z]{4}\b/g, '<enrolment code>'],
  [/\b[A-Z2-7]{32}\b/g, '<secret>'],
  [/^(The code that the phone shows:) \d{6}$/gm, '$1'],
  [/"\d+(\.\d+)?s"/g, '"<length>"'],
  // Not told where less than a second is left.
  [/ \(\d+ s left\)/g, ''],
  // The JSON of protobuf's Go library differs in spaces from build to build, on purpose.
  [/[ \t]+/g, ' '],
  [/ $/gm, ''],
  // An audit event's number.
  [/^\d+ (?=<time>)/gm, '<number> '],
];

/** What a command printed, without what differs each time: tokens, ids, times, codes, secrets. */
export function masked(output: string): string {
  return MASKS.reduce((text, [pattern, name]) => text.replace(pattern, name), stripVTControlCharacters(output)).trim();
}
