import { describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/persistence/session-cache/session-cache.js';
import { NOW } from '../stores/samples.js';
import { aMemory, aStanding } from './standings.js';

describe('a standing that is kept', () => {
  test('is answered as it was looked at', () => {
    const { kept, put } = aMemory();
    const standing = aStanding();
    expect(kept.standing(standing.session.id)).toBeUndefined();
    expect(kept.standing(put(standing))).toEqual(standing);
  });

  test('goes with its session, with its user, and with everything, and leaves others', () => {
    const { kept, put } = aMemory();
    const [one, two, other] = [aStanding('u1'), aStanding('u1'), aStanding('u2')].map(put) as [string, string, string];
    const left = (): boolean[] => [one, two, other].map((id) => kept.standing(id) !== undefined);

    kept.drop([one]);
    expect(left()).toEqual([false, true, true]);
    kept.drop(['u1']);
    expect(left()).toEqual([false, false, true]);
    kept.drop([EVERYTHING]);
    expect(left()).toEqual([false, false, false]);
  });

  test('is not put in by a look that began before anything was dropped', () => {
    const { kept } = aMemory();
    const standing = aStanding();
    const epoch = kept.epoch();
    kept.drop([standing.user.id]);
    kept.put(standing, epoch);
    expect(kept.standing(standing.session.id)).toBeUndefined();
  });

  test('is believed for one second after the last news, and again once what was told meanwhile is read', () => {
    const { kept, put, pass, now } = aMemory();
    const id = put(aStanding());
    pass(1000);
    expect(kept.standing(id)).toBeDefined();
    pass(1);
    expect(kept.standing(id)).toBeUndefined();
    kept.heard(now());
    expect(kept.standing(id)).toBeDefined();
  });

  test('is believed no more once the machine was suspended, until there are news again', () => {
    const { kept, put, sleep, now } = aMemory();
    const id = put(aStanding());
    sleep(1001);
    expect(kept.standing(id)).toBeUndefined();
    kept.heard(now());
    expect(kept.standing(id)).toBeDefined();
  });

  test('is not put in without news, nor by a look that began before they were lost', () => {
    const { kept, put, pass, now } = aMemory();
    pass(1001);
    expect(kept.standing(put(aStanding()))).toBeUndefined();
    const [standing, epoch] = [aStanding(), kept.epoch()];
    kept.lose();
    kept.heard(now());
    kept.put(standing, epoch);
    expect(kept.standing(standing.session.id)).toBeUndefined();
  });

  test('is gone after five minutes, whatever the news', () => {
    const { kept, put, pass, now } = aMemory();
    const id = put(aStanding());
    pass(5 * 60_000 - 1);
    kept.heard(now());
    expect(kept.standing(id)).toBeDefined();
    pass(1);
    kept.heard(now());
    expect(kept.standing(id)).toBeUndefined();
  });

  test('is one of so many at most: the first ones go', () => {
    const { kept, put } = aMemory(2);
    const ids = [aStanding(), aStanding(), aStanding()].map(put);
    expect(ids.map((id) => kept.standing(id) !== undefined)).toEqual([false, true, true]);
  });

  test('tells when its session was last seen as this process wrote it, never an earlier time', () => {
    const { kept, put } = aMemory();
    const id = put(aStanding());
    const lastSeen = (at: number): number | undefined => {
      kept.seen([{ id, at }]);
      return kept.standing(id)?.session.lastSeenAt;
    };
    expect(lastSeen(NOW + 5)).toBe(NOW + 5);
    expect(lastSeen(NOW + 1)).toBe(NOW + 5);
  });

  test('shares with others what they say alike, and nothing else', () => {
    const { kept, put } = aMemory();
    const [one, two] = [aStanding(), aStanding()].map((standing) => kept.standing(put(standing)));
    expect(one?.policy).toBe(two?.policy);
    expect(one?.roles).toBe(two?.roles);
    const changed = aStanding();
    const other = kept.standing(put({ ...changed, roles: [{ id: 'restore-operator', permissions: [] }] }));
    expect(other?.roles[0]?.permissions).toEqual([]);
    expect(one?.roles[0]?.permissions).toEqual(['restore.run']);
  });
});

describe('a fact', () => {
  test('is looked up once, until everything is dropped, and not believed while the news are old', async () => {
    const { kept, pass, now } = aMemory();
    let looks = 0;
    const ask = async () => kept.known('a question') ?? kept.fact('a question', async () => ++looks);
    expect([await ask(), await ask()]).toEqual([1, 1]);
    kept.drop(['somebody']);
    expect(await ask()).toBe(1);
    kept.drop([EVERYTHING]);
    expect([await ask(), await ask()]).toEqual([2, 2]);
    pass(1001);
    expect([await ask(), await ask()]).toEqual([3, 4]);
    kept.heard(now());
    expect(await ask()).toBe(2);
  });

  test('that is not there is not kept, nor one that changed while it was looked up', async () => {
    const { kept } = aMemory();
    expect(await kept.fact('a question', async () => undefined)).toBeUndefined();
    const old = await kept.fact('a question', async () => {
      kept.drop([EVERYTHING]);
      return 'old';
    });
    expect(old).toBe('old');
    expect(await kept.fact('a question', async () => 'new')).toBe('new');
  });
});
