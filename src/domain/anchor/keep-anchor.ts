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
  const { installation, file, reads, clock, clockTrusted, retention, changed } = needs;
  let { events: found, time } = ownedBy(installation, file.read());
  /** Events since the last look. Those found then outlive it: a database from a backup may run unnoticed for a while. */
  let noted: readonly Anchored[] = [];
  let missing = 0;
  let away = false;
  let doubts = 0;
  let doubtsSettled = 0;
  let fresh = false;
  let writing: Promise<void> = Promise.resolve();
  const write = oncePerFault((anchor: Anchor) => file.write(anchor), needs.unwritten);
  const note = ({ sequence, at }: Anchored): void => {
    noted = [...noted, { sequence, at }].slice(-REMEMBERED);
    fresh = true;
  };
  const writeFresh = async (): Promise<void> => {
    const now = clockTrusted() ? Math.max(time, clock()) : time;
    if (missing > 0 || !(fresh || now - time >= TIME_WRITTEN)) return;
    time = now;
    fresh = false;
    const written = await write({ installation, events: [...found, ...noted].slice(-REMEMBERED), time });
    if (!written) fresh = true;
  };
  const keep = (): Promise<void> => {
    writing = writing.then(writeFresh, writeFresh);
    return writing;
  };
  const judge = (asked: readonly Anchored[], { missing: lacking, accepted, newest }: Seen): void => {
    const before = missing;
    missing = accepted ? 0 : lacking.length;
    if (missing > 0 !== before > 0) changed(missing);
    if (missing > 0) return;
    noted = noted.filter((event) => !asked.includes(event));
    found = accepted ? [] : asked.slice(-REMEMBERED);
    if (newest && found.every(({ sequence }) => sequence !== newest.sequence)) note(newest);
  };
  const look = async (): Promise<void> => {
    await keep();
    const asked = [...found, ...noted];
    const doubtsBefore = doubts;
    try {
      judge(asked, await reads((stores) => compare(stores, asked, clock() - retention)));
      away = false;
      doubtsSettled = doubtsBefore;
    } catch (error) {
      away = true;
      throw error;
    }
    await keep();
  };
  return {
    note,
    doubt: () => void doubts++,
    time: () => time,
    keep,
    standing: () => {
      if (missing > 0) return 'lacks-events';
      if (away) return 'away';
      return doubts > doubtsSettled ? 'doubted' : 'holds';
    },
    look: singleFlight(look),
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
