import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { onEachEngine } from '../../support/engines.js';
import { DAY, type MachineRoom, openMachineRoom } from './machine-room.js';

onEachEngine((engine) => {
  let room: MachineRoom;
  beforeEach(async () => {
    room = await openMachineRoom(engine);
  });
  afterEach(() => room.house.close());

  /** The warnings of so many looks at once, as replicas would look. */
  async function warnings(looks = 1): Promise<readonly string[]> {
    const before = room.house.printed.length;
    await Promise.all(Array.from({ length: looks }, () => room.ask.warn()));
    return room.house.printed.slice(before).map(({ code, reason }) => `${code} ${reason}`);
  }

  describe('before the end of a secret', () => {
    test('comes a warning 30, 14, 7 and 1 days before, each once, whoever looks', async () => {
      const who = await room.machine();
      await room.secretOf(who, { expiresAt: room.house.now() + 60 * DAY });
      const said: string[] = [];
      for (let day = 0; day <= 60; day++) {
        for (const warning of await warnings(day === 46 ? 5 : 1)) said.push(`${60 - day}: ${warning}`);
        room.house.pass(DAY);
      }
      expect(said).toEqual([
        '30: SERVICE_SECRET_ENDING 30_DAYS_LEFT',
        '14: SERVICE_SECRET_ENDING 14_DAYS_LEFT',
        '7: SERVICE_SECRET_ENDING 7_DAYS_LEFT',
        '1: SERVICE_SECRET_ENDING 1_DAY_LEFT',
      ]);
      expect(room.house.printed.at(-1)).toMatchObject({ actor: 'service', subject: who.user.id, outcome: 'success' });
    });

    test('nobody is told what they have just chosen', async () => {
      await room.secretOf(await room.machine(), { expiresAt: room.house.now() + 10 * DAY });
      expect(await warnings()).toEqual([]);
      room.house.pass(3 * DAY);
      expect(await warnings()).toEqual(['SERVICE_SECRET_ENDING 7_DAYS_LEFT']);
    });

    test('after days without a look only the nearest warning comes', async () => {
      await room.secretOf(await room.machine(), { expiresAt: room.house.now() + 60 * DAY });
      room.house.pass(55 * DAY);
      expect([await warnings(), await warnings()]).toEqual([['SERVICE_SECRET_ENDING 7_DAYS_LEFT'], []]);
    });

    test('none comes for what is revoked, over, or of who is disabled', async () => {
      const [who, disabled] = [await room.machine(), await room.machine()];
      const expiresAt = room.house.now() + 60 * DAY;
      await room.ask.revoke(room.asRoot(), (await room.secretOf(who, { expiresAt })).id);
      await room.secretOf(disabled, { expiresAt });
      await room.ask.disableUser(room.asRoot(), disabled.user.id);
      room.house.pass(59 * DAY);
      expect(await warnings()).toEqual([]);
      room.house.pass(2 * DAY);
      expect(await warnings()).toEqual([]);
    });
  });

  test('accounts are warned of alike, and the numbers say how many ends are near', async () => {
    const [near, far] = [await room.machine(), await room.machine()];
    await room.toMachine(near, { endsAt: room.house.now() + 40 * DAY });
    await room.toMachine(far, { endsAt: room.house.now() + 400 * DAY });
    await room.secretOf(far, { expiresAt: room.house.now() + 34 * DAY });
    room.house.pass(33 * DAY);
    const before = room.house.printed.length;

    const numbers = await room.ask.warn();

    expect(room.house.printed.slice(before).map(({ code, reason, subject }) => [code, reason, subject])).toEqual([
      ['SERVICE_SECRET_ENDING', '1_DAY_LEFT', far.user.id],
      ['SERVICE_ACCOUNT_ENDING', '7_DAYS_LEFT', near.user.id],
    ]);
    expect(Object.fromEntries(numbers)).toEqual({
      30: { secrets: 1, accounts: 1 },
      14: { secrets: 1, accounts: 1 },
      7: { secrets: 1, accounts: 1 },
      1: { secrets: 1, accounts: 0 },
    });
  });
});
