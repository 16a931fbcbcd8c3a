import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUDIT } from '../../src/domain/audit/audit-codes.js';
import { OWN_PERMISSIONS, PRODUCT_RIGHTS } from '../../src/domain/role/permissions.js';
import { requireTools } from '../support/foreign.js';
import { builtCheckout, type Checkout, serveIn } from './checkout.js';
import { blocksOf, relativeLinks, sectionOf } from './markdown.js';
import { masked } from './masked.js';
import { commandsOf, reader } from './reader.js';
import { settingsTable } from './settings-table.js';
import type { AtTerminal } from './terminal.js';

const guide = readFileSync('docs/guide.md', 'utf8');
const blocks = blocksOf(guide);
// The service is stopped for it: `moving.test.ts` types that one.
const here = blocksOf(guide.replace(sectionOf(guide, 'Moving to another database'), ''));
const definition = blocks.find(({ language }) => language === 'sh')?.text ?? '';

const pagesIn = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => (name.endsWith('.md') ? [join(folder, name)] : []));

test('the table of settings is what src/config says', () => {
  const [, table] = /<!-- settings -->\n(.*)\n<!-- \/settings -->/s.exec(guide) ?? [];
  expect(table).toBe(settingsTable());
});

const namesIn = (table: string): string[] => {
  const [, text = ''] = new RegExp(`<!-- ${table} -->\n(.*)\n<!-- /${table} -->`, 's').exec(guide) ?? [];
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '').sort();
};

test('the table of audit codes names all that there are, once', () => {
  expect(namesIn('audit codes')).toEqual(Object.values(AUDIT).sort());
});

test('the table of permissions names all that there are, once', () => {
  expect(namesIn('permissions')).toEqual([...OWN_PERMISSIONS, ...PRODUCT_RIGHTS].sort());
});

test('every link between pages leads somewhere', () => {
  const pages = ['.', 'docs', 'docs/decisions'].flatMap(pagesIn);
  const broken = pages.flatMap((page) =>
    relativeLinks(readFileSync(page, 'utf8'))
      .filter((link) => !existsSync(join(dirname(page), link)))
      .map((link) => `${page}: ${link}`),
  );
  expect(pages).toContain('docs/guide.md');
  expect(broken).toEqual([]);
});

describe.runIf(requireTools('oathtool'))('commands of the first day and of daily work', () => {
  let checkout: Checkout;
  let server: AtTerminal;
  let type: ReturnType<typeof reader>;
  beforeAll(async () => {
    checkout = builtCheckout();
    server = await serveIn(checkout);
    type = reader(checkout, server.shown);
    await type('sallyport login administrator', definition);
  });
  afterAll(async () => {
    await server.stop();
    rmSync(checkout.folder, { recursive: true });
  });

  test.each(here.flatMap(commandsOf))('$command', async ({ command, printed }) => {
    expect(masked(await type(command, definition))).toBe(masked(printed));
  });
});
