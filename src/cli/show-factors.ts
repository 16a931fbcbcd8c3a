import { Auth } from '../client/index.js';
import { word } from './cell.js';
import { methodWord, types } from './message-types.js';
import type { Online } from './online.js';
import type { Column } from './table.js';

const columns: readonly Column<Auth.Factor>[] = [
  ['LABEL', ({ label }) => label],
  ['KIND', ({ kind }) => methodWord(kind)],
  ['STATE', ({ state }) => word('FACTOR_STATE', Auth.factorStateToJSON(state))],
  ['CONFIRMED', ({ confirmTime }) => confirmTime],
  ['LAST USED', ({ lastUseTime }) => lastUseTime],
  ['FACTOR ID', ({ factorId }) => factorId],
];

/** A device alone. */
export const factorFields: readonly Column<Auth.Factor>[] = columns.map(([title, cell]) => [title.toLowerCase(), cell]);

/** Devices below each other, and how many recovery codes stand beside them. */
export function showFactors(online: Online, { factors, recoveryCodesLeft }: Auth.ListFactorsResponse): void {
  online.list(factors, types.factor, columns);
  online.say(`Recovery codes left: ${recoveryCodesLeft}`);
}
