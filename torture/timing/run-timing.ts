import type { Progress, Run } from '../scenario.js';
import type { Pair } from './pair.js';
import { type ToldApart, toldApart } from './told-apart.js';

/** From so many calls of each kind on the margin is narrow, and some more are made on hashes that cost what they do in production. */
const MANY = 10_000;
const NARROW = 0.02;
const WIDE = 0.06;
const AT_FULL_COST = 500;
/** Memory of the weaker hash, in KiB: about a millisecond, so that a missing one is seen, and what else differs is not hidden. */
const WEAK = '1024';
const ALWAYS = 0.95;

/** Whether the time that a refusal takes tells one kind of name from the other. */
export const runTiming =
  (pair: Pair): Run =>
  async (calls, report) => {
    const isMany = calls >= MANY;
    const margin = isMany ? NARROW : WIDE;
    const seen = await sound(pair, calls, WEAK, report);
    const costly = isMany ? await sound(pair, AT_FULL_COST, 'real', () => true) : undefined;
    const failures = [...outside(seen.area, margin, 'weaker'), ...(costly ? outside(costly.area, WIDE, 'full') : [])];
    const full = costly ? { areaAtFullCost: costly.area, oneAtFullCost: costly.one } : {};
    return { n: calls, failures, facts: { ...seen, margin, hashKib: WEAK, ...full } };
  };

const sound = (pair: Pair, calls: number, hashes: string, report: Progress): Promise<ToldApart> =>
  toldApart(pair, { calls, entry: 'test/support/serve.js', env: { TEST_HASHES: hashes } }, report);

const outside = (area: number, margin: number, cost: string): string[] =>
  Math.abs(area - 0.5) <= margin
    ? []
    : [`told apart with ${area.toFixed(3)} at ${cost} cost, not within 0.50 ± ${margin}`];

/** Finds the build that does less for one kind, by its telling them apart nearly always. */
export const runWithoutDecoys =
  (pair: Pair): Run =>
  async (calls, report) => {
    const env = { TEST_WITHOUT_DECOY: pair.name };
    const { area } = await toldApart(pair, { calls, entry: 'torture/servers/serve-without-decoys.js', env }, report);
    const failures = Math.max(area, 1 - area) > ALWAYS ? [`told apart with ${area.toFixed(3)}`] : [];
    return { n: calls, failures, facts: { area } };
  };
