import { beforeEach, describe, expect, test } from 'vitest';
import { type Notice, revocationFeed } from '../../../src/persistence/session-cache/revocation-feed.js';
import { aMemory, aStanding } from './standings.js';

const MINUTE = 60_000;

/** A feed over notices that a test commits, and standings that are kept by it. */
function aFeed() {
  const memory = aMemory();
  const committed = new Map<number, string>();
  const times = new Map<number, number>();
  let asked: number[] = [];
  let at = 1;
  const feed = revocationFeed({
    kept: memory.kept,
    now: memory.now,
    read: async (after) => {
      asked.push(after);
      return [...committed]
        .filter(([id]) => id > after)
        .map(([id, subject]): Notice => [id, subject, times.get(id) ?? at]);
    },
  });
  return {
    ...memory,
    feed,
    committed,
    /** When some were told, by the database's clock. */
    times,
    /** Every notice is from another time now. */
    rewrite: (): void => {
      at += 1;
    },
    isKept: (id: string): boolean => memory.kept.standing(id) !== undefined,
    /** From which number on notices were read since it was asked last. */
    asked: (): number[] => {
      const before = asked;
      asked = [];
      return before;
    },
  };
}

let house: ReturnType<typeof aFeed>;
beforeEach(() => {
  house = aFeed();
});

describe('the feed', () => {
  test('drops whom a notice names, once', async () => {
    const { feed, committed, put, isKept } = house;
    const standing = aStanding();
    put(standing);
    committed.set(7, standing.user.id);
    await feed.poll();
    expect(isKept(standing.session.id)).toBe(false);

    put(standing);
    await feed.poll();
    expect(isKept(standing.session.id)).toBe(true);
  });

  test('notices one that was numbered before others and committed after them', async () => {
    const { feed, committed, put, isKept, pass } = house;
    const late = aStanding();
    committed.set(8, 'somebody');
    await feed.poll();
    put(late);
    pass(300);
    committed.set(7, late.session.id);
    await feed.poll();
    expect(isKept(late.session.id)).toBe(false);
  });

  test('goes back a minute, and no further', async () => {
    const { feed, committed, pass, asked } = house;
    for (const id of [10, 20, 30, 40, 50, 60]) {
      committed.set(id, 'somebody');
      await feed.poll();
      pass(MINUTE / 2);
    }
    expect(asked()).toEqual([0, 0, 0, 0, 10, 20]);
  });

  test('minds no old notice that is swept, for it was done before this process asked', async () => {
    const { feed, committed, times, put, isKept, pass } = house;
    for (const [id, minutes] of [
      [1, 0],
      [2, 1],
      [3, 6.5],
      [4, 10],
    ] as const) {
      committed.set(id, 'somebody');
      times.set(id, minutes * MINUTE);
    }
    await feed.poll();
    const id = put(aStanding());
    committed.delete(1);
    committed.delete(2);
    pass(250);
    await feed.poll();
    expect(isKept(id)).toBe(true);
    committed.delete(3);
    pass(250);
    await feed.poll();
    expect(isKept(id)).toBe(false);
  });

  test('says how new the news are: as old as the question', async () => {
    const { kept, now, pass, put, isKept } = house;
    let answer: (notices: readonly Notice[]) => void = () => undefined;
    const feed = revocationFeed({ kept, now, read: () => new Promise((done) => (answer = done)) });
    const polled = feed.poll();
    pass(900);
    answer([]);
    await polled;
    const id = put(aStanding());
    pass(100);
    expect(isKept(id)).toBe(true);
    pass(1);
    expect(isKept(id)).toBe(false);
  });

  test('that cannot be read is no news', async () => {
    const { kept, now, pass, put, isKept } = house;
    const feed = revocationFeed({ kept, now, read: () => Promise.reject(new Error('away')) });
    const id = put(aStanding());
    pass(1001);
    await expect(feed.poll()).rejects.toThrow('away');
    expect(isKept(id)).toBe(false);
  });

  test('believes no answer to a question from before a connection was lost', async () => {
    const { kept, now, put, isKept } = house;
    let answer: (notices: readonly Notice[]) => void = () => undefined;
    const feed = revocationFeed({ kept, now, read: () => new Promise((done) => (answer = done)) });
    const polled = feed.poll();
    feed.lose();
    answer([]);
    await polled;
    expect(isKept(put(aStanding()))).toBe(false);
  });

  test('forgets all where what it saw is another one, with the same number and the same subject', async () => {
    const { feed, committed, put, isKept, rewrite } = house;
    committed.set(100, 'somebody');
    await feed.poll();
    const id = put(aStanding());
    rewrite();
    await feed.poll();
    expect(isKept(id)).toBe(false);
  });

  test('forgets all where what it saw is there no more: the database is another one, with numbers of its own', async () => {
    const { feed, committed, put, isKept, asked } = house;
    for (const id of [100, 101]) committed.set(id, 'somebody');
    await feed.poll();
    const standing = aStanding();
    put(standing);
    committed.clear();
    committed.set(3, standing.session.id);
    await feed.poll();
    expect(isKept(standing.session.id)).toBe(false);
    await feed.poll();
    expect(asked()).toEqual([0, 0, 0]);
    expect(isKept(put(aStanding()))).toBe(true);
  });
});
