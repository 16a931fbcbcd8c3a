import { InvalidArgumentError } from 'commander';
import { word } from './cell.js';

/** Reads an enum's value by the word people know it by: `off` for MFA_SWITCH_OFF. For commander. */
export function choice<Value extends number>(prefix: string, values: Readonly<Record<string, Value>>) {
  const known = Object.entries(values)
    .map(([name, value]) => [word(prefix, name), value] as const)
    .filter(([text]) => text !== '');
  return (given: string): Value => {
    const found = known.find(([text]) => text === given.toLowerCase());
    if (!found) throw new InvalidArgumentError(`One of: ${known.map(([text]) => text).join(', ')}.`);
    return found[1];
  };
}

/** Reads a whole number, 0 or more. For commander. */
export function count(given: string): number {
  if (!/^\d{1,9}$/.test(given)) throw new InvalidArgumentError('A whole number.');
  return Number(given);
}

/** Reads a length of time in seconds: `900`, `15m`, `12h`, `1d`. For commander. */
export function lengthInSeconds(given: string): number {
  const [, number, unit = 's'] = /^(\d{1,9})([smhd])?$/.exec(given) ?? [];
  if (!number) throw new InvalidArgumentError('Seconds, or a number with s, m, h or d behind it.');
  return Number(number) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as 's' | 'm' | 'h' | 'd'];
}

/** Reads an instant: ISO 8601, in UTC where it names no zone. For commander. */
export function instant(given: string): Date {
  const zoned = /[T ]\d\d:\d\d/.test(given) && !/(Z|[+-]\d\d:?\d\d)$/i.test(given) ? `${given}Z` : given;
  const time = new Date(zoned);
  if (!/^\d{4}-\d\d-\d\d/.test(given) || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError('A time in UTC, such as 2026-01-31 or "2026-01-31 14:00".');
  }
  return time;
}

/** Gathers an option that may be given several times. For commander. */
export function several(given: string, before: string[] = []): string[] {
  return [...before, given];
}
