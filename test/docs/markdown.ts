/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

/** All fenced blocks of a page, in order. */
export function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ language, text }));
}

/** Where the links of a page lead that stay in the repository, without their anchors. */
export function relativeLinks(page: string): string[] {
  const prose = page.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.flatMap((target) => (/^(\w+:|#)/.test(target) ? [] : [target.replace(/#.*$/, '')]));
}

/** A section of a page, from its heading to the next one of that rank. */
export function sectionOf(page: string, title: string): string {
  const [, text] = new RegExp(`^## ${title}\n(.*?)(?=^## |$(?![^]))`, 'ms').exec(page) ?? [];
  if (text === undefined) throw new Error(`no section ${title}`);
  return text;
}
