import type { Sample } from '../sample.js';
import type { Scenario, Target } from '../scenario.js';
import type { Round, Row } from './report.js';

const STRAYS = 0.15;

export interface Pair {
  readonly subject: Sample;
  readonly reference: Sample;
}

interface Circumstances {
  readonly facts: Readonly<Record<string, number>>;
  readonly commit: string;
  readonly processor: string;
  readonly takenAt: string;
  readonly quick: boolean;
}

/** What the rounds of a scenario come to. */
export function rowOf(scenario: Omit<Scenario, 'open'>, pairs: readonly Pair[], circumstances: Circumstances): Row {
  const usual = median(pairs.map(({ reference }) => reference.value));
  const rounds = pairs.map((pair) => roundOf(pair, usual));
  const ratios = rounds.map(({ ratio }) => ratio);
  const { bound, ratio: target, stretch } = scenario.target;
  const ratio = median(ratios);
  const reached = isWithin(scenario.target, ratio);
  return {
    name: scenario.name,
    title: scenario.title,
    unit: scenario.unit,
    value: median(pairs.map(({ subject }) => subject.value)),
    reference: { name: scenario.reference, value: usual },
    ratio,
    ratioMin: Math.min(...ratios),
    ratioMax: Math.max(...ratios),
    bound,
    target,
    ...(stretch === undefined ? {} : { stretch }),
    reached,
    ...(reached || scenario.limit === undefined ? {} : { limit: scenario.limit }),
    disturbedRounds: rounds.filter(({ disturbed }) => disturbed).length,
    rounds,
    ...circumstances,
  };
}

function roundOf({ subject, reference }: Pair, usual: number): Round {
  const disturbed = Math.abs(reference.value - usual) > STRAYS * usual;
  return { subject, reference, ratio: subject.value / reference.value, disturbed };
}

const FAR = 0.2;

/** Whether a ratio got a good part of the way to its target. */
export const isNear = (row: Pick<Row, 'bound' | 'target' | 'ratio'>, { gate = FAR }: Pick<Target, 'gate'>): boolean =>
  share(row, row.ratio) >= gate;

/** 1 is the target, more is better, whichever way the bound points. */
export const share = ({ bound, target }: Pick<Row, 'bound' | 'target'>, ratio: number): number =>
  bound === 'at least' ? ratio / target : target / ratio;

const isWithin = ({ bound, ratio: target }: Pick<Target, 'bound' | 'ratio'>, ratio: number): boolean =>
  bound === 'at least' ? ratio >= target : ratio <= target;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [below, above] = [sorted[half - 1] ?? Number.NaN, sorted[half] ?? Number.NaN];
  return sorted.length % 2 === 0 ? (below + above) / 2 : above;
}
