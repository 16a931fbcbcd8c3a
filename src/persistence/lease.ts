import { AsyncLocalStorage } from 'node:async_hooks';
import { isDuplicate, unavailable } from './database-error.js';

/** A unit's hold on its connection. It ends with the unit, with its time, and with the first error that costs the unit. */
export interface Lease {
  /** On the scale of `performance.now()`. */
  readonly until: number;
  over: boolean;
  failure: { readonly error: unknown } | undefined;
  /** Statements under way. */
  running: number;
  /** Whether the database has ended the transaction by itself. */
  readonly isLost: () => boolean;
}

const inside = new AsyncLocalStorage<Lease>();
let isFollowed = false;
/** The unit that runs in this very turn of the event loop, alone. */
let alone: Lease | undefined;

export const createLease = (milliseconds: number, isLost: () => boolean = () => false): Lease => ({
  until: performance.now() + milliseconds,
  over: false,
  failure: undefined,
  running: 0,
  isLost,
});

/**
 * From now on a unit or a look that is opened inside a unit on a server is noticed. For tests: Node follows every promise and
 * every stream of the process then, which costs all calls a third of their time; unnoticed it waits and comes too late.
 */
export function followUnits(): void {
  isFollowed = true;
}

/** Throws when a unit is known to run here: its work awaits its stores and nothing else. */
export function assertOutside(): void {
  if (alone?.over === false || inside.getStore()?.over === false)
    throw new Error('a unit of work was opened, or committed state looked at, inside a unit of work');
}

/** Throws once the unit may not ask any more. Looks at the time itself: work that never yields starves every timer. */
export function assertAlive(lease: Lease): void {
  if (lease.over) throw new Error('this unit of work is over; its stores are dead');
  if (!lease.failure && performance.now() > lease.until) lease.failure = { error: outOfTime() };
  if (lease.failure) throw lease.failure.error;
}

/** Any error but a duplicate key costs the unit, whatever its work makes of it: what came next would commit by itself. */
export function noteError(lease: Lease, error: unknown): void {
  if (!isDuplicate(error) || lease.isLost()) lease.failure ??= { error };
}

/** One statement of a unit. */
export async function ask<T>(lease: Lease, statement: () => Promise<T>): Promise<T> {
  assertAlive(lease);
  lease.running += 1;
  try {
    return await statement();
  } catch (error) {
    noteError(lease, error);
    throw error;
  } finally {
    lease.running -= 1;
  }
}

/** Runs a unit's work in the time its lease has, and ends the lease. A unit or a look opened in it is noticed. */
export const underLease = <T>(lease: Lease, work: () => Promise<T>): Promise<T> =>
  untilOver(lease, isFollowed ? () => inside.run(lease, work) : work);

/**
 * The same on an engine that answers at once. Such a unit goes from its first step to its last while nobody else runs, so
 * that whoever opens one meanwhile is inside it, and no promise has to be followed. One that awaits anything else gets a timer.
 */
export function inOneTurn<T>(lease: Lease, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  alone = lease;
  const late = new Promise<never>((_, reject) => {
    process.nextTick(() => {
      if (alone === lease) alone = undefined;
      if (!lease.over) timer = rejectLate(lease, reject);
    });
  });
  return answered(lease, Promise.race([work(), late]), () => clearTimeout(timer));
}

/** The same for a look, which is never followed: no look opens anything. */
export function untilOver<T>(lease: Lease, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = rejectLate(lease, reject);
  });
  return answered(lease, Promise.race([work(), late]), () => clearTimeout(timer));
}

const rejectLate = (lease: Lease, reject: (error: unknown) => void): NodeJS.Timeout =>
  setTimeout(() => reject(outOfTime()), Math.max(0, lease.until - performance.now()));

async function answered<T>(lease: Lease, coming: Promise<T>, ended: () => void): Promise<T> {
  try {
    const value = await coming;
    if (lease.running > 0) throw new Error('a unit of work ended before its statements did; await each of them');
    if (lease.failure) throw lease.failure.error;
    return value;
  } catch (error) {
    throw lease.failure ? lease.failure.error : error;
  } finally {
    lease.over = true;
    ended();
  }
}

/** Why a unit was cut off. Its connection may still be busy with it. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

const outOfTime = () => unavailable(new OutOfTime('the unit of work ran out of time'));
