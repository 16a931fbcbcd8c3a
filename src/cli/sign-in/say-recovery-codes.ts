import { escapeText } from '../escape-text.js';
import type { Talk } from '../talk.js';

const FEW = 3;

/** Shows new recovery codes, this once. */
export function sayRecoveryCodes({ say }: Pick<Talk, 'say'>, codes: readonly string[]): void {
  if (codes.length === 0) return;
  const lines = codes.map((code) => `  ${escapeText(code)}`);
  say(['Recovery codes, each good once. Print them; they are not shown again:', ...lines].join('\n'));
}

/** Says how many recovery codes are left after one was used, and what to do before there are none. */
export function sayCodesLeft({ say }: Pick<Talk, 'say'>, left: number): void {
  say(`Recovery codes left: ${left}`);
  if (left <= FEW)
    say(`${left === 0 ? 'That was the last one' : 'That is few'}. Make new ones: sallyport recovery-codes`);
  say('If your phone is lost, enrol a new one now: sallyport factors add');
}
