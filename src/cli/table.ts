import { type Cell, cellText } from './cell.js';

/** A column: its title and what it shows of an item. */
export type Column<Item> = readonly [title: string, cell: (item: Item) => Cell];

/** Items below each other, aligned, with titles. */
export function table<Item>(items: readonly Item[], columns: readonly Column<Item>[]): string {
  const rows = items.map((item) => columns.map(([, cell]) => cellText(cell(item))));
  return align([columns.map(([title]) => title), ...rows]);
}

/** One item, a line for each of its fields. */
export function card<Item>(item: Item, fields: readonly Column<Item>[]): string {
  return align(fields.map(([title, cell]) => [`${title}:`, cellText(cell(item))]));
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ''))));
  const line = (row: readonly string[]) =>
    row.map((text, column) => text + ' '.repeat((widths[column] ?? 0) - width(text))).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}

const twoCells =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** How many cells of a terminal a text takes. */
function width(text: string): number {
  let cells = 0;
  for (const point of text) cells += /\p{M}/u.test(point) ? 0 : twoCells.test(point) ? 2 : 1;
  return cells;
}
