import type { Run } from '../scenario.js';
import type { Pair } from './pair.js';
import { toldApart } from './told-apart.js';

/** From so many calls of each kind on hashes cost what they cost in production, and the margin is narrow. */
const MANY = 10_000;
const NARROW = 0.02;
const WIDE = 0.06;
/** Memory of the weaker hash, in KiB: about a millisecond, so that a missing one is seen and a thousand are not waited for. */
const WEAK = '1024';
const ALWAYS = 0.95;

/** Whether the time that a refusal takes tells one kind of name from the other. */
export const runTiming =
  (pair: Pair): Run =>
  async (calls, report) => {
    const hashes = calls < MANY ? WEAK : 'real';
    const margin = calls < MANY ? WIDE : NARROW;
    const seen = await toldApart(pair, { calls, entry: 'test/support/serve.js', env: { TEST_HASHES: hashes } }, report);
    const told = `told apart with ${seen.area.toFixed(3)}, which is not within 0.50 ± ${margin}`;
    const failures = Math.abs(seen.area - 0.5) <= margin ? [] : [told];
    return { n: calls, failures, facts: { ...seen, margin, hashKib: hashes } };
  };

/** Finds the build that does less for one kind, by its telling them apart nearly always. */
export const runWithoutDecoys =
  (pair: Pair): Run =>
  async (calls, report) => {
    const env = { TEST_WITHOUT_DECOY: pair.name };
    const { area } = await toldApart(pair, { calls, entry: 'torture/servers/serve-without-decoys.js', env }, report);
    const failures = Math.max(area, 1 - area) > ALWAYS ? [`told apart with ${area.toFixed(3)}`] : [];
    return { n: calls, failures, facts: { area } };
  };
