import { escapeText } from './escape-text.js';
import { formatTime } from './format-time.js';

/** What a table can hold. */
export type Cell = string | number | bigint | boolean | Date | readonly string[] | undefined;

/** A cell as people read it; nothing is a dash. */
export function cellText(cell: Cell): string {
  if (cell instanceof Date) return formatTime(cell);
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  const text = Array.isArray(cell) ? cell.join(', ') : String(cell ?? '');
  return escapeText(text) || '-';
}

/** An enum's name for people: `METHOD_TOTP` is `totp`, and what was never set is nothing. */
export function word(prefix: string, name: string): string {
  const short = name.startsWith(`${prefix}_`) ? name.slice(prefix.length + 1) : name;
  return short === 'UNSPECIFIED' ? '' : short.toLowerCase().replaceAll('_', '-');
}
