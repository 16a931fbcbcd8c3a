const shortNames: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' };

// Control, format (bidirectional overrides, zero width), lone surrogates, private use, and line and paragraph ends.
const unfit = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** Text that came from elsewhere, so that it cannot move a terminal's cursor, recolour it or read backwards. */
export function escapeText(text: string): string {
  return text.replace(unfit, (unit) => shortNames[unit] ?? `\\u{${unit.codePointAt(0)?.toString(16)}}`);
}
