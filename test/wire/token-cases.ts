import {
  COMPONENT_IDS,
  DOORS,
  type Door,
  FACTORS,
  KINDS,
  POLICIES,
  PROOFS,
  SOUND,
  STATES,
  type Standing,
  VERSIONS,
  WAITS,
} from './token-model.js';

export interface Case extends Standing {
  readonly door: Door;
}

const VALUES = {
  proof: PROOFS,
  wait: WAITS,
  policy: POLICIES,
  component: COMPONENT_IDS,
  factor: FACTORS,
  kind: KINDS,
  state: STATES,
  version: VERSIONS,
} as const satisfies Readonly<Record<keyof Standing, readonly string[]>>;

type Change = Partial<Standing>;
const NAMES = Object.keys(VALUES) as (keyof Standing)[];
const changesOf = (name: keyof Standing): Change[] => VALUES[name].map((value) => ({ [name]: value }) as Change);

/** What differs from where a token comes in nothing, or in one thing. */
export const nearCases = (): Case[] => distinct(eachDoor((sound) => NAMES.flatMap(changesOf).map(onto(sound))));

/**
 * What differs from where a token comes in two things at most, and a quarter as many that differ in anything: far from a
 * token one fault hides the other, so most are near one.
 */
export function allCases(): Case[] {
  const near = eachDoor((sound) =>
    NAMES.flatMap((first, at) =>
      NAMES.slice(at + 1).flatMap((second) =>
        changesOf(first).flatMap((one) => changesOf(second).map((two) => ({ ...sound, ...one, ...two }))),
      ),
    ).filter((each) => each.policy !== sound.policy || each.kind !== sound.kind || isOfItsSort(each.component, sound)),
  );
  return distinct([...nearCases(), ...near, ...anywhere(near.length / 4)]);
}

// Components of one sort differ in nothing but policy and kind; elsewhere one of each sort is enough.
const ONE_OF_EACH = ['local', 'explorer', 'shell', 'custom-shut'];
const isOfItsSort = (component: string, sound: Case): boolean =>
  component === sound.component || ONE_OF_EACH.includes(component);

const onto =
  (sound: Case) =>
  (change: Change): Case => ({ ...sound, ...change });

const eachDoor = (cases: (sound: Case) => Case[]): Case[] =>
  (Object.keys(DOORS) as Door[]).flatMap((door) => cases({ ...SOUND[door], door }));

// The same ones every time: a linear congruential generator (Numerical Recipes).
function anywhere(count: number): Case[] {
  let state = 20_260_101;
  const pick = <T>(values: readonly T[]): T => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return values[Math.floor((state / 2 ** 32) * values.length)] as T;
  };
  const doors = Object.keys(DOORS) as Door[];
  return Array.from({ length: Math.floor(count) }, () => {
    const door = pick(doors);
    const anything = Object.fromEntries(NAMES.map((name) => [name, pick<string>(VALUES[name])]));
    return { ...SOUND[door], ...anything, door };
  });
}

const distinct = (cases: readonly Case[]): Case[] => [...new Map(cases.map((each) => [nameOf(each), each])).values()];

export const nameOf = (each: Case): string => `${each.door}: ${NAMES.map((name) => each[name]).join(', ')}`;
