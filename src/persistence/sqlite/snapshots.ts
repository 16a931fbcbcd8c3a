import type BetterSqlite3 from 'better-sqlite3';

export interface Look {
  /** Never rejects. */
  readonly run: () => Promise<void>;
  readonly fail: (error: unknown) => void;
}

export interface Snapshots {
  readonly onSnapshot: (look: Look) => void;
  /** Which one is being looked at; undefined between two, where each statement sees what is committed by then. */
  readonly current: () => number | undefined;
}

/** The one that is open. */
interface Shared {
  left: number;
  /** Until nothing is left to run that need not wait. */
  isJoinable: boolean;
  /** On the scale of `performance.now()`. */
  readonly until: number;
}

/** Milliseconds for looks that follow from each other; then everybody else has a turn. */
const TURN = 5;

/**
 * Looks that come in one turn of the event loop share a snapshot: taking one costs more than most questions do. It is taken
 * after the last of them came, so each sees whatever was committed before it was asked for. What follows from a look without
 * waiting is asked on the same one, for a while: whoever was told of a later commit asks later, as no commit is told of without
 * waiting for the disk. Where the one before cannot be ended they fail: it would show them the past.
 */
export function createSnapshots(handle: BetterSqlite3.Database): Snapshots {
  const begin = handle.prepare('BEGIN');
  const commit = handle.prepare('COMMIT');
  const rollback = handle.prepare('ROLLBACK');
  let waiting: Look[] = [];
  let taken = 0;
  let shared: Shared | undefined;
  const end = (): void => {
    shared = undefined;
    if (!handle.open || !handle.inTransaction) return;
    try {
      commit.run();
    } catch {
      if (handle.inTransaction) rollback.run();
    }
  };
  // An open snapshot would keep the write-ahead log from being emptied. Whoever takes longer goes on with newer ones.
  const leave = (it: Shared): void => {
    it.isJoinable = false;
    if (it !== shared || it.left > 0) return;
    try {
      end();
    } catch {
      // The next turn tries again, before it looks.
    }
  };
  const start = ({ run }: Look, on: Shared): void => {
    on.left += 1;
    void run().then(() => {
      on.left -= 1;
      if (!on.isJoinable) leave(on);
    });
  };
  const mayJoin = ({ isJoinable, until }: Shared): boolean =>
    isJoinable && handle.inTransaction && performance.now() < until;
  function turn(): void {
    const looks = waiting;
    waiting = [];
    try {
      end();
      taken += 1;
      if (handle.open) begin.run();
    } catch (error) {
      for (const { fail } of looks) fail(error);
      return;
    }
    const on = { left: 0, isJoinable: true, until: performance.now() + TURN };
    shared = on;
    for (const look of looks) start(look, on);
    // After all that follows from them without waiting.
    queueMicrotask(() => process.nextTick(leave, on));
  }
  return {
    onSnapshot: (look) => {
      if (shared && mayJoin(shared)) start(look, shared);
      else if (waiting.push(look) === 1) setImmediate(turn);
    },
    current: () => (handle.inTransaction ? taken : undefined),
  };
}

const snapshots = new WeakMap<BetterSqlite3.Database, Snapshots>();

/** Those of a connection, on which no two can be open at once. */
export function snapshotsOf(handle: BetterSqlite3.Database): Snapshots {
  const known = snapshots.get(handle) ?? createSnapshots(handle);
  snapshots.set(handle, known);
  return known;
}
