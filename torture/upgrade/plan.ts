import { readFileSync, writeFileSync } from 'node:fs';

/** What a version is like that is yet to be written. */
export interface Plan {
  /** How many migrations it has beyond those of this version. */
  readonly steps: number;
  /** Kills its own process in the last migration, at this point of POINTS. */
  readonly dieAt?: number;
  /** Takes over at once what somebody who was killed had claimed. */
  readonly claimsOver?: boolean;
  /** Rebuilds the table by a copy, as a careless author would. */
  readonly rebuilds?: boolean;
}

/** Where a migration can be killed. */
export const POINTS = 5;

const FILE = 'TEST_PLAN_FILE';

export const planEnv = (path: string): Record<string, string> => ({ [FILE]: path });

export const writePlan = (path: string, plan: Plan): void => writeFileSync(path, JSON.stringify(plan));

export const readPlan = (): Plan => JSON.parse(readFileSync(process.env[FILE] ?? '', 'utf8')) as Plan;
