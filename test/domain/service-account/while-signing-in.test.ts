import { afterEach, describe, expect, test } from 'vitest';
import * as domain from '../../../src/domain/index.js';
import type { HashQueue } from '../../../src/domain/ports.js';
import { kindBelievedFromBefore } from '../../support/broken.js';
import { onEachEngine } from '../../support/engines.js';
import type { Person, Variant } from '../../support/house.js';
import { PASSWORD } from '../../support/house.js';
import { type MachineRoom, openMachineRoom } from './machine-room.js';

/** A person who signs in while an administrator makes them a service account: whoever is first, nothing stays open. */
onEachEngine((engine) => {
  let room: MachineRoom;
  afterEach(() => room?.house.close());

  const openStages = async ({ user }: Person): Promise<number> =>
    (await room.house.sound(({ signIns }) => signIns.openOf(user.id))).length;

  /** Everything as it is, but the change comes after the password was compared and before unit two. */
  const startMeanwhile = (who: Person) => {
    const enter: HashQueue['enter'] = () => {
      const place = room.house.needs.hashQueue.enter();
      const verify: typeof place.verify = async (...args) => {
        const verdict = await place.verify(...args);
        await room.toMachine(who);
        return verdict;
      };
      return { ...place, verify };
    };
    const start = domain.startSignIn({ ...room.house.needs, hashQueue: { ...room.house.needs.hashQueue, enter } });
    return start(room.house.call(), { name: who.user.name, password: PASSWORD });
  };

  async function changedWhileHashing(variant?: Variant): Promise<string> {
    room = await openMachineRoom(engine, variant);
    const who = await room.house.person('alice');
    const verdict = await startMeanwhile(who);
    return `${verdict.proved ? verdict.step.next : verdict.because}, open: ${await openStages(who)}`;
  }

  describe('between the two units of a password', () => {
    test('opens nothing', async () => {
      expect(await changedWhileHashing()).toBe('INVALID_CREDENTIALS, open: 0');
    });

    test('a variant that compares no version opens the next stage, and would be caught', async () => {
      expect(await changedWhileHashing(kindBelievedFromBefore)).not.toBe('INVALID_CREDENTIALS, open: 0');
    });
  });

  test('at once with the code that would open the session', async () => {
    room = await openMachineRoom(engine);
    for (let round = 1; round <= 10; round++) {
      const who = await room.house.person(`bob-${round}`);
      const [signInToken = ''] = await room.house.challenges(who.user, 1);
      const code = { signInToken, code: room.house.code(who), factorId: undefined };
      const verify = room.house.verifyOtp(room.house.call(), code).catch(() => undefined);
      const [verdict] = await Promise.all([verify, room.toMachine(who)]);
      const token = verdict?.proved && verdict.step.next === 'session' ? verdict.step.opened.token : undefined;
      expect([round, token !== undefined && (await room.isActive(token)), await openStages(who)]).toEqual([
        round,
        false,
        0,
      ]);
    }
  });

  test('a service account that comes in while it becomes a person keeps no session', async () => {
    room = await openMachineRoom(engine);
    const who = await room.machine();
    for (let round = 1; round <= 5; round++) {
      await room.toMachine(who);
      const { token } = await room.secretOf(who);
      const [session] = await Promise.all([room.knock(who, token), room.toPerson(who)]);
      expect([round, await room.isActive(session)]).toEqual([round, false]);
    }
  });
});
