/**
 * Standings of sessions, and facts that only administrators change, kept in this process's memory: for a server, where a
 * look costs more than all the rest of a call. Owns what is kept and for how long it may be believed; what makes it untrue is
 * told by this process's own units and by the feed. Units never ask it.
 */
import type { SessionStanding } from '../../domain/session/session-store.js';
import { createIndex } from './index-by-user.js';
import { createInterned } from './interned.js';

/** Everything that is kept, as the subject of a notice. */
export const EVERYTHING = '*';
/**
 * Milliseconds without news after which all is as good as empty: what was revoked elsewhere answers no longer than that. Once
 * everything that was told meanwhile is read, what was not dropped is true again.
 */
const NEWS_LIVE = 1000;
/** Milliseconds that anything is kept at most: what no notice tells of, such as a change by hand, shows then. */
const LIFE = 5 * 60_000;

export interface SessionCache {
  /** A session's standing, where one is kept and may be believed. It is good for a yes only. */
  readonly standing: (id: string) => SessionStanding | undefined;
  /** Moves with whatever is dropped: what was looked at before a move is not put in after it. */
  readonly epoch: () => number;
  readonly put: (standing: SessionStanding, epoch: number) => void;
  /** The answer to a question whose answer only administrators change. */
  readonly known: <T>(question: string) => T | undefined;
  /** The same, looked up. What is not there is not kept. */
  readonly fact: <T>(question: string, look: () => Promise<T | undefined>) => Promise<T | undefined>;
  /** Drops what is kept of these sessions and users, or of `EVERYTHING`. */
  readonly drop: (subjects: readonly string[]) => void;
  /** What this process wrote of when sessions were last seen. */
  readonly seen: (entries: readonly { readonly id: string; readonly at: number }[]) => void;
  /** Whatever was committed before this moment, on the scale of `now`, has been dropped. */
  readonly heard: (at: number) => void;
  /** Nothing that was heard counts any more. */
  readonly lose: () => void;
}

export interface SessionCacheSettings {
  /** Sessions; the ones looked at first are the first to go. */
  readonly most: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Milliseconds since 1970: it goes on while the machine is suspended, when the other one may stand. */
  readonly wall: () => number;
  readonly observe?: ((from: 'memory' | 'database') => void) | undefined;
}

interface Aging<T> {
  readonly value: T;
  readonly until: number;
}

export function createSessionCache({ most, now, wall, observe }: SessionCacheSettings): SessionCache {
  const standings = new Map<string, Aging<SessionStanding>>();
  const facts = new Map<string, Aging<unknown>>();
  const index = createIndex();
  const interned = createInterned();
  let epoch = 0;
  let heardAt = Number.NEGATIVE_INFINITY;
  /** How far the clocks were apart when that was heard. */
  let apart = 0;

  const empty = (): void => {
    epoch += 1;
    for (const all of [standings, facts, index, interned]) all.clear();
  };
  const isNews = (): boolean => now() - heardAt <= NEWS_LIVE && wall() - apart - heardAt <= NEWS_LIVE;
  const remove = (id: string): void => {
    const kept = standings.get(id);
    if (kept) index.remove(kept.value.user.id, id);
    standings.delete(id);
  };
  const believed = <T>(kept: Aging<T> | undefined): T | undefined =>
    kept && isNews() && now() < kept.until ? kept.value : undefined;
  const mayPut = (began: number): boolean => began === epoch && isNews();

  return {
    standing: (id) => {
      const standing = believed(standings.get(id));
      if (standing) observe?.('memory');
      return standing;
    },
    epoch: () => epoch,
    put: (standing, began) => {
      observe?.('database');
      const { id } = standing.session;
      if (!mayPut(began)) return;
      remove(id);
      standings.set(id, { value: interned.within(standing), until: now() + LIFE });
      index.add(standing.user.id, id);
      if (standings.size > most) remove(standings.keys().next().value ?? '');
    },
    known: <T>(question: string) => believed(facts.get(question) as Aging<T> | undefined),
    fact: async (question, look) => {
      const began = epoch;
      const found = await look();
      if (found !== undefined && mayPut(began)) facts.set(question, { value: found, until: now() + LIFE });
      return found;
    },
    drop: (subjects) => {
      if (subjects.length > 0) epoch += 1;
      for (const subject of subjects) {
        if (subject === EVERYTHING) return empty();
        for (const id of index.of(subject)) remove(id);
        remove(subject);
      }
    },
    seen: (entries) => {
      for (const { id, at } of entries) {
        const kept = standings.get(id);
        if (kept && kept.value.session.lastSeenAt < at)
          standings.set(id, { ...kept, value: { ...kept.value, session: { ...kept.value.session, lastSeenAt: at } } });
      }
    },
    heard: (at) => {
      if (at < heardAt) return;
      heardAt = at;
      apart = wall() - now();
    },
    lose: () => {
      heardAt = Number.NEGATIVE_INFINITY;
      empty();
    },
  };
}
