import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepKeys, turnKeys } from '../../../src/domain/index.js';
import type { HeldKeys, KeyName } from '../../../src/domain/key/key.js';
import type { UnitOfWork } from '../../../src/domain/stores.js';
import { countThenUpdate } from '../../support/broken.js';
import { type OpenStores, onEachEngine, openStores } from '../../support/engines.js';

/** A replica whose key file holds what the test says. */
function replica(id: string, ...ids: string[]) {
  const used: (readonly KeyName[])[] = [];
  const file = { ids, broken: false };
  let inMemory: readonly KeyName[] = [];
  const held: HeldKeys = {
    read: () => {
      if (file.broken) throw new Error('the file is damaged');
      inMemory = file.ids.map((key) => ({ id: key, purpose: 'mac' }));
    },
    list: () => inMemory,
    use: (turns) => {
      used.push(turns);
      const last = turns.at(-1);
      return last && !inMemory.some((key) => key.id === last.id) ? [last] : [];
    },
    rewrap: () => undefined,
  };
  return { id, held, file, inUse: () => used.at(-1)?.at(-1)?.id };
}

/** Time passes between asking who lives and turning. */
const slowly =
  (unitOfWork: UnitOfWork): UnitOfWork =>
  (work, options) =>
    unitOfWork((stores) => {
      const live = async () => {
        const found = await stores.keys.live();
        await sleep(30);
        return found;
      };
      return work({ ...stores, keys: { ...stores.keys, live } });
    }, options);

onEachEngine((engine) => {
  let open: OpenStores;
  beforeEach(async () => {
    open = await openStores(engine);
  });
  afterEach(() => open.close());
  const looking = ({ id, held }: ReturnType<typeof replica>) =>
    keepKeys({ ...open, clock: () => 1000, held, replica: { id, name: `host of ${id}` } });
  const codes = () => open.printed.map(({ code, actor, changedFields }) => [code, actor, changedFields]);

  describe('a new key', () => {
    test('is used by nobody before the last replica has read it, and then by all', async () => {
      const [a, b] = [replica('a', 'one'), replica('b', 'one')];
      const [lookA, lookB] = [looking(a), looking(b)];
      await lookA();
      await lookB();
      expect([a.inUse(), b.inUse()]).toEqual(['one', 'one']);
      a.file.ids = ['one', 'two'];
      for (let time = 0; time < 3; time++) await lookA();
      await lookB();
      expect([a.inUse(), b.inUse()]).toEqual(['one', 'one']);
      b.file.ids = ['one', 'two'];
      expect(await lookB()).toEqual([]);
      expect(await lookA()).toEqual([]);
      expect([a.inUse(), b.inUse()]).toEqual(['two', 'two']);
      expect(codes()).toEqual([['KEYS_ROTATED', 'service', ['mac']]]);
    });

    test('does not wait for a replica that has left', async () => {
      const [a, b] = [replica('a', 'one'), replica('b', 'one')];
      const lookA = looking(a);
      await lookA();
      await looking(b)();
      await open.unitOfWork(({ keys }) => keys.withdraw('b'));
      a.file.ids = ['one', 'two'];
      await lookA();
      expect(a.inUse()).toBe('two');
    });

    test('that is in use is missed by who comes with an older file, and his own is not used', async () => {
      const a = replica('a', 'one');
      const lookA = looking(a);
      await lookA();
      a.file.ids = ['one', 'two'];
      await lookA();
      const late = replica('late', 'one', 'elsewhere');
      expect(await looking(late)()).toEqual([{ id: 'two', purpose: 'mac', activatedAt: expect.any(Number) }]);
      await lookA();
      expect(a.inUse()).toBe('two');
    });
  });

  test('two that turn to different keys at once agree on one', async () => {
    for (let round = 1; round <= 20; round++) {
      const before = (await open.reads(({ keys }) => keys.turns())).map(({ id }) => id);
      const answers = await Promise.all(
        ['one', 'two'].map((name) => {
          const { held } = replica(name, ...before, `${name}-${round}`);
          held.read([]);
          return open.unitOfWork((stores) => turnKeys(stores, held.list(), { now: 0, actor: 'service' }));
        }),
      );
      const turns = await open.reads(({ keys }) => keys.turns());
      expect(turns).toHaveLength(round);
      for (const answer of answers) expect(answer).toEqual(turns);
    }
  });

  /** One replica turns to a key while another one comes that does not hold it: rounds after which neither knew of the other. */
  async function roundsPassedBy(unitOfWork: UnitOfWork): Promise<number> {
    let passedBy = 0;
    for (let round = 1; round <= 10; round++) {
      const [old, fresh] = [`key-${round - 1}`, `key-${round}`];
      const [here, comes] = [replica('here', old), replica('comes', old)];
      const look = ({ id, held }: typeof here) =>
        keepKeys({ ...open, unitOfWork: slowly(unitOfWork), clock: () => 0, held, replica: { id, name: id } });
      const [lookHere, lookComes] = [look(here), look(comes)];
      await lookHere();
      here.file.ids = [old, fresh];
      const [, missing] = await Promise.all([lookHere(), sleep(10).then(lookComes)]);
      if (here.inUse() === fresh && missing.length === 0) passedBy++;
      // Or it was asked, and the key waits until it has gone.
      for (const who of ['comes', 'here']) await open.unitOfWork(({ keys }) => keys.withdraw(who));
      await lookHere();
      expect(here.inUse()).toBe(fresh);
    }
    return passedBy;
  }

  test('who comes with an older file is asked, or told', async () => {
    expect(await roundsPassedBy(open.unitOfWork)).toBe(0);
  });

  // On SQLite units never run at once.
  if (engine === 'mariadb')
    test('the same test catches turns without the shared row', async () => {
      expect(await roundsPassedBy(countThenUpdate(open.unitOfWork))).toBeGreaterThan(0);
    });

  test('a damaged key file is told, and what was held goes on', async () => {
    const a = replica('a', 'one');
    const look = looking(a);
    await look();
    a.file.broken = true;
    await expect(look()).rejects.toThrow('the file is damaged');
    expect(a.inUse()).toBe('one');
    expect(await open.reads(({ keys }) => keys.live())).toEqual([{ id: 'a', name: 'host of a', keyIds: ['one'] }]);
  });
});
