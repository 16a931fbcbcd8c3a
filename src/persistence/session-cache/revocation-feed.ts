import type { SessionCache } from './session-cache.js';

/** A notice: its number in the feed, whose standing is true no more, and since when. */
export type Notice = readonly [sequence: number, subject: string, at: number];

/** Milliseconds from one answer to the next question. */
const EVERY = 250;
/**
 * Milliseconds for which notices are read again: their numbers are given before their units commit, in no order on a cluster.
 * Several times what a unit may take.
 */
const OVERLAP = 60_000;
/**
 * Milliseconds by the database's clocks: what was told so long before the newest notice is done when it is read for the first
 * time. Old notices are removed, and one that is missed would mean another database. Far less than they stay, and far more
 * than the clocks of a cluster's nodes differ.
 */
const BACKLOG = 5 * 60_000;

interface Needs {
  /** All notices after a number, of what is committed everywhere when it asks. */
  readonly read: (after: number) => Promise<readonly Notice[]>;
  readonly kept: Pick<SessionCache, 'drop' | 'heard' | 'lose'>;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
}

export interface RevocationFeed {
  /** Reads once. Where it fails nothing was heard. */
  readonly poll: () => Promise<void>;
  /** A connection was lost: what answers next may be another database, with numbers of its own. */
  readonly lose: () => void;
  readonly start: () => void;
  /** Lets the question that is under way end. */
  readonly stop: () => Promise<void>;
}

/** Keeps what is kept true: reads what other replicas' units have told, and says how new the news are. */
export function revocationFeed({ read, kept, now }: Needs): RevocationFeed {
  let seen = new Map<number, string>();
  let after = 0;
  let newest = 0;
  /** The newest number at a moment. */
  let marks: { readonly at: number; readonly newest: number }[] = [];
  let generation = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = true;
  let polling: Promise<void> = Promise.resolve();

  const lose = (): void => {
    generation += 1;
    [seen, after, newest, marks] = [new Map(), 0, 0, []];
    kept.lose();
  };

  // The newest one is always read again, as a witness.
  const settle = (at: number): void => {
    marks.push({ at, newest });
    for (; (marks[0]?.at ?? at) < at - OVERLAP; marks.shift())
      after = Math.max(after, Math.min(marks[0]?.newest ?? 0, newest - 1));
    for (const sequence of seen.keys()) if (sequence <= after) seen.delete(sequence);
  };

  async function poll(): Promise<void> {
    const [asked, mine] = [now(), generation];
    const notices = await read(after);
    if (mine !== generation) return;
    const here = new Map(notices.map((notice) => [notice[0], notice.join(' ')]));
    // Where one is gone, or another in its place, this database is not what it was.
    for (const [sequence, was] of seen) if (here.get(sequence) !== was) return lose();
    kept.drop(notices.filter(([sequence]) => !seen.has(sequence)).map(([, subject]) => subject));
    seen = here;
    const isFirst = newest === 0;
    for (const sequence of here.keys()) newest = Math.max(newest, sequence);
    if (isFirst) after = Math.max(0, Math.min(endOfBacklog(notices), newest - 1));
    settle(asked);
    kept.heard(asked);
  }

  const again = (): void => {
    polling = poll()
      .catch(() => undefined)
      .finally(() => {
        if (!isStopped) timer = setTimeout(again, EVERY).unref();
      });
  };

  return {
    poll,
    lose,
    start: () => {
      isStopped = false;
      again();
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      return polling;
    },
  };
}

/** The number of the last notice that was told long before the newest; 0 where there is none. */
function endOfBacklog(notices: readonly Notice[]): number {
  const youngest = notices.reduce((latest, [, , at]) => Math.max(latest, at), 0);
  return notices.reduce((last, [sequence, , at]) => (at < youngest - BACKLOG ? Math.max(last, sequence) : last), 0);
}
