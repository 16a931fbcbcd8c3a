import type { Auth } from '../client/index.js';
import { CommandError } from './command-error.js';
import { escapeText } from './escape-text.js';
import { exitCodes } from './exit-code.js';

/** The id of a device, given as id or as label. */
export function factorId(factors: readonly Auth.Factor[], given: string): string {
  const found = factors.find(({ factorId }) => factorId === given);
  if (found) return found.factorId;
  const [labelled, ...others] = factors.filter(({ label }) => label === given);
  const name = escapeText(given);
  if (!labelled)
    throw new CommandError(`There is no device ${name}. The list command shows which there are.`, exitCodes.existence);
  if (others.length > 0) throw new CommandError(`Several devices are called ${name}: name one by its id.`);
  return labelled.factorId;
}
