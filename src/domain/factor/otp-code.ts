/** A one-time code as typed, without its spaces: six or eight ASCII digits. Anything else is malformed, not wrong. */
export function otpCode(text: string): string | undefined {
  const digits = text.replaceAll(' ', '');
  return /^(?:[0-9]{6}|[0-9]{8})$/.test(digits) ? digits : undefined;
}
