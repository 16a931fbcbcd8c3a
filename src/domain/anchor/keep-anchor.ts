import type { Clock, ClockTrust } from '../ports.js';
import { singleFlight } from '../single-flight.js';
import type { CommittedReads, ReadStores } from '../stores.js';
import type { Anchor, Anchored, AnchorFile } from './anchor.js';
import { acceptedAfter, missingEvents } from './missing-events.js';

const REMEMBERED = 32;
/** How often the time is written where nothing else is, in milliseconds. */
const TIME_WRITTEN = 10_000;

interface Needs {
  readonly installation: string;
  readonly file: AnchorFile;
  readonly reads: CommittedReads;
  readonly clock: Clock;
  readonly clockTrusted: ClockTrust;
  /** How long audit events are kept, in milliseconds. */
  readonly retention: number;
  /** Told whenever that turns: how many events are missing. */
  readonly changed: (missing: number) => void;
  /** Told at the first of several writes that fail, and with nothing once one succeeds again. */
  readonly unwritten: (error: unknown) => void;
}

/**
 * A database that was `away` when it was looked at may come back as another one, and so may one that a connection was lost
 * to: it is `doubted` until it is looked at.
 */
export type Standing = 'holds' | 'lacks-events' | 'away' | 'doubted';

export interface KeptAnchor {
  /** An event was committed. */
  readonly note: (event: Anchored) => void;
  /** A connection was lost: what answers next may be another database. */
  readonly doubt: () => void;
  /** The latest time that was believed; 0 where there was none. */
  readonly time: () => number;
  /** Writes what is new, after what is being written. A file that cannot be written is told of, and no error. */
  readonly keep: () => Promise<void>;
  /** Writes what is new, then compares. One at a time: callers that come meanwhile share the result. */
  readonly look: () => Promise<void>;
  /** Unless it holds, nothing may be read from the database or written to it for a caller. */
  readonly standing: () => Standing;
}

/** Remembers what was committed, and notices a database that lacks it until an operator says that this is meant. */
export function keepAnchor(needs: Needs): KeptAnchor {
  const { reads, clock, retention, changed } = needs;
  const before = ownedBy(needs.installation, needs.file.read());
  const events = rememberEvents(before.events);
  const writer = writeInTurn(needs, before.time, () => (missing > 0 ? undefined : events.last()));
  let missing = 0;
  let away = false;
  let doubts = 0;
  let doubtsSettled = 0;
  const note = (event: Anchored): void => {
    events.note(event);
    writer.touch();
  };
  const judge = (asked: readonly Anchored[], { missing: lacking, accepted, newest }: Seen): void => {
    const lacked = missing > 0;
    missing = accepted ? 0 : lacking.length;
    if (missing > 0 !== lacked) changed(missing);
    if (missing > 0) return;
    events.settle(asked, accepted !== undefined);
    if (newest && !events.wasFound(newest)) note(newest);
  };
  const look = async (): Promise<void> => {
    await writer.keep();
    const asked = events.all();
    const doubtsBefore = doubts;
    try {
      judge(asked, await reads((stores) => compare(stores, asked, clock() - retention)));
      away = false;
      doubtsSettled = doubtsBefore;
    } catch (error) {
      away = true;
      throw error;
    }
    await writer.keep();
  };
  return {
    note,
    doubt: () => void doubts++,
    time: writer.time,
    keep: writer.keep,
    standing: () => {
      if (missing > 0) return 'lacks-events';
      if (away) return 'away';
      return doubts > doubtsSettled ? 'doubted' : 'holds';
    },
    look: singleFlight(look),
  };
}

/** The last events that were committed: those found at a look, and those since. */
function rememberEvents(before: readonly Anchored[]) {
  /** They outlive the look: a database from a backup may run unnoticed for a while. */
  let found = before;
  let noted: Anchored[] = [];
  return {
    all: (): readonly Anchored[] => [...found, ...noted],
    last: (): readonly Anchored[] => [...found, ...noted].slice(-REMEMBERED),
    wasFound: ({ sequence }: Anchored): boolean => found.some((event) => event.sequence === sequence),
    note: ({ sequence, at }: Anchored): void => {
      noted.push({ sequence, at });
      if (noted.length > REMEMBERED) noted.shift();
    },
    /** The database has what was asked about, or an operator has accepted that it lacks it. */
    settle: (asked: readonly Anchored[], isAccepted: boolean): void => {
      noted = noted.filter((event) => !asked.includes(event));
      found = isAccepted ? [] : asked.slice(-REMEMBERED);
    },
  };
}

/** Writes the anchor, one write after the other: where anything was noted, else now and then for the time in it. */
function writeInTurn(
  { installation, file, clock, clockTrusted, unwritten }: Needs,
  timeBefore: number,
  eventsNow: () => readonly Anchored[] | undefined,
) {
  const write = oncePerFault((anchor: Anchor) => file.write(anchor), unwritten);
  let time = timeBefore;
  let fresh = false;
  let writing: Promise<void> = Promise.resolve();
  const writeFresh = async (): Promise<void> => {
    const events = eventsNow();
    const now = clockTrusted() ? Math.max(time, clock()) : time;
    if (!events || !(fresh || now - time >= TIME_WRITTEN)) return;
    time = now;
    fresh = false;
    if (!(await write({ installation, events, time }))) fresh = true;
  };
  return {
    time: (): number => time,
    touch: (): void => {
      fresh = true;
    },
    keep: (): Promise<void> => {
      writing = writing.then(writeFresh, writeFresh);
      return writing;
    },
  };
}

interface Seen {
  readonly missing: readonly Anchored[];
  /** Who sat at the host has accepted the database after what is missing was written. */
  readonly accepted: Anchored | undefined;
  readonly newest: Anchored | undefined;
}

async function compare(stores: ReadStores, events: readonly Anchored[], since: number): Promise<Seen> {
  const missing = await missingEvents(stores, events, since);
  const [newest] = await stores.audit.list({}, { limit: 1, after: undefined });
  const accepted = await acceptedAfter(stores, missing);
  return { missing, accepted, newest };
}

const ownedBy = (installation: string, anchor: Anchor | undefined): Pick<Anchor, 'events' | 'time'> =>
  anchor?.installation === installation ? anchor : { events: [], time: 0 };

function oncePerFault(
  write: (anchor: Anchor) => Promise<void>,
  tell: (error: unknown) => void,
): (anchor: Anchor) => Promise<boolean> {
  let failing = false;
  return async (anchor) => {
    try {
      await write(anchor);
      if (failing) tell(undefined);
      failing = false;
    } catch (error) {
      if (!failing) tell(error);
      failing = true;
    }
    return !failing;
  };
}
