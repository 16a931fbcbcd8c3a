import { z } from 'zod';
import { SETTINGS } from '../../src/config/index.js';

// What depends on the machine.
const DEPENDS: Readonly<Record<string, string>> = { hash_threads: 'one a core' };

/** The table of all settings in the guide, made of the schema that reads them. */
export function settingsTable(): string {
  const rows = Object.entries(SETTINGS).map(([name, schema]) =>
    row([`\`${name}\``, DEPENDS[name] ?? initial(schema), range(schema), schema.description ?? '']),
  );
  return [row(['setting', 'default', 'values', 'what it is']), row(['---', '---', '---', '---']), ...rows].join('\n');
}

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

function initial(schema: z.ZodType): string {
  const { data } = schema.safeParse(undefined);
  return data === undefined ? '' : `\`${data as string | number | boolean}\``;
}

function range(schema: z.ZodType): string {
  const { minimum, maximum, enum: words } = z.toJSONSchema(schema, { unrepresentable: 'any' });
  if (minimum !== undefined) return `${minimum} to ${maximum}`;
  return words === undefined ? '' : words.join(', ');
}
