import type { Options } from './options.js';
import type { Scenario } from './scenario.js';

type Known = Pick<Scenario, 'name' | 'trials'>;

/** The scenarios that were asked for and have the form that was asked for. Throws where a name is none of theirs. */
export function chosen<S extends Known>(all: readonly S[], { only, quick }: Pick<Options, 'only' | 'quick'>): S[] {
  const isMeant = (asked: string, { name }: Known): boolean => name === asked || name.startsWith(`${asked}-`);
  const unknown = only.filter((asked) => !all.some((one) => isMeant(asked, one)));
  const names = all.map(({ name }) => name).join(', ');
  if (unknown.length > 0) throw new Error(`There is no scenario ${unknown.join(', ')}. There are: ${names}.`);
  return all
    .filter((one) => only.length === 0 || only.some((asked) => isMeant(asked, one)))
    .filter(({ trials }) => !quick || trials.quick > 0);
}
