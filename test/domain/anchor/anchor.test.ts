import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Anchor } from '../../../src/domain/anchor/anchor.js';
import { keepAnchor } from '../../../src/domain/anchor/keep-anchor.js';
import { withoutCall } from '../../../src/domain/audit/audit-of.js';
import * as domain from '../../../src/domain/index.js';
import { BACKUP_ADMINISTRATOR } from '../../../src/domain/role/permissions.js';
import { onEachEngine } from '../../support/engines.js';
import { type House, MINUTE, openHouse, SHAPE } from '../../support/house.js';
import { gate } from '../../support/tiny-units.js';

const HOST = { operator: 'root@backup1', command: 'sallyport accept-restore' };

onEachEngine((engine) => {
  let house: House;
  let written: Anchor | undefined;
  let turns: number[];
  beforeEach(async () => {
    house = await openHouse(engine);
    written = undefined;
    turns = [];
  });
  afterEach(() => house.close());

  const keep = async (anchor: Anchor): Promise<void> => {
    written = anchor;
  };
  /** A replica that starts on the anchor as it was left. */
  const opened = (write = keep, reads = house.reads) =>
    keepAnchor({
      installation: 'this',
      file: { read: () => written, write },
      reads,
      clock: house.now,
      clockTrusted: () => true,
      retention: 400 * 24 * 60 * MINUTE,
      changed: (missing) => void turns.push(missing),
      unwritten: (error) => void turns.push(error === undefined ? -1 : -2),
    });
  const happens = (): Promise<void> =>
    house.sound(({ audit }) =>
      audit.append(withoutCall({ at: house.now(), code: 'SESSION_ENDED', outcome: 'success' }, 'service')),
    );
  const eventsOf = async () => house.reads(({ audit }) => audit.list({}, { limit: 1000, after: undefined }));
  test('what was committed is remembered beyond a restart, and found again', async () => {
    const before = opened();
    await happens();
    await before.look();
    const after = opened();
    await after.look();
    expect(written?.events).toHaveLength(1);
    expect(after.standing()).toBe('holds');
    expect(turns).toEqual([]);
  });

  test('a database that lacks what it held is noticed, also when others have taken the places', async () => {
    await happens();
    const [event] = await eventsOf();
    written = { installation: 'this', events: [{ sequence: event?.sequence ?? 0, at: 1 + (event?.at ?? 0) }], time: 0 };
    const anchor = opened();
    await anchor.look();
    expect(anchor.standing()).toBe('lacks-events');
    expect(turns).toEqual([1]);
  });

  test('a database that is exchanged beneath a service is noticed however much happens before the look', async () => {
    const anchor = opened();
    anchor.note({ sequence: 1_000_000, at: house.now() });
    await anchor.look();
    expect(anchor.standing()).toBe('lacks-events');
    for (let n = 0; n < 40; n++) anchor.note({ sequence: n, at: house.now() });
    await anchor.look();
    expect(anchor.standing()).toBe('lacks-events');
  });

  test('while it does not hold, nobody reads or writes', async () => {
    const anchor = opened();
    anchor.note({ sequence: 1_000_000, at: house.now() });
    await anchor.look();
    const guarded = domain.mustHoldAnchor({ unitOfWork: house.sound, reads: house.reads }, anchor);
    const refused = expect.objectContaining({ reason: 'BACKEND_UNAVAILABLE' });
    await expect(guarded.reads(async () => 1)).rejects.toEqual(refused);
    await expect(guarded.unitOfWork(async () => 1)).rejects.toEqual(refused);
  });

  test('once it is accepted it holds, on every replica; an acceptance from before does not count', async () => {
    await domain.acceptRestore(house.needs)(HOST);
    house.pass(MINUTE);
    const [one, two] = [opened(), opened()];
    for (const anchor of [one, two]) anchor.note({ sequence: 1_000_000, at: house.now() });
    await one.look();
    await two.look();
    expect([one.standing(), two.standing()]).toEqual(['lacks-events', 'lacks-events']);
    house.pass(MINUTE);
    await domain.acceptRestore(house.needs)(HOST);
    await one.look();
    await two.look();
    expect([one.standing(), two.standing()]).toEqual(['holds', 'holds']);
    const later = opened();
    await later.look();
    expect(later.standing()).toBe('holds');
  });

  test('accepted, it ends every session and takes every code for used that may have been', async () => {
    const who = await house.person('erin', { roles: [BACKUP_ADMINISTRATOR] });
    const token = await house.session(who);
    const [challenge = ''] = await house.challenges(who.user, 1);
    const accepted = await domain.acceptRestore(house.needs)(HOST);
    expect(accepted).toMatchObject({ users: 1, devices: 1 });
    expect(await house.readActiveSession({ token })).toBeUndefined();
    const [factor] = await house.reads(({ factors }) => factors.of(who.user.id));
    expect(factor?.lastStep).toBe(Math.floor(house.now() / 1000 / SHAPE.period) + 1);
    const [event] = await eventsOf();
    expect(event).toMatchObject({ code: 'RESTORE_ACCEPTED', actor: 'host', acknowledgementDue: true });
    await expect(
      domain.verifyOtp(house.needs)(house.call(), {
        signInToken: challenge,
        code: house.code(who),
        factorId: undefined,
      }),
    ).rejects.toMatchObject({ reason: 'SIGN_IN_EXPIRED' });
  });

  test('a database that was away is looked at before it is used again', async () => {
    let isAway = true;
    const anchor = opened(keep, (look, options) =>
      isAway ? Promise.reject(new Error('away')) : house.reads(look, options),
    );
    await expect(Promise.all([anchor.look(), anchor.look()])).rejects.toThrow('away');
    expect(anchor.standing()).toBe('away');
    isAway = false;
    await anchor.look();
    expect(anchor.standing()).toBe('holds');
  });

  test('after a connection was lost, who comes waits until the database was looked at', async () => {
    const anchor = opened();
    const guarded = domain.mustHoldAnchor({ unitOfWork: house.sound, reads: house.reads }, anchor);
    anchor.doubt();
    expect(anchor.standing()).toBe('doubted');
    expect(await guarded.reads(async () => 1)).toBe(1);
    expect(anchor.standing()).toBe('holds');
    anchor.note({ sequence: 1_000_000, at: house.now() });
    anchor.doubt();
    await expect(guarded.reads(async () => 1)).rejects.toMatchObject({ reason: 'BACKEND_UNAVAILABLE' });
    expect(anchor.standing()).toBe('lacks-events');
  });

  test('a look that was under way when a connection was lost settles nothing', async () => {
    const anchor = opened(keep, (look, options) => {
      anchor.doubt();
      return house.reads(look, options);
    });
    await anchor.look();
    expect(anchor.standing()).toBe('doubted');
  });

  test('who was let in before the connection was lost is asked again on the new one', async () => {
    const anchor = opened();
    const guarded = domain.mustHoldAnchor(
      {
        unitOfWork: (work, options) => {
          anchor.doubt();
          return house.sound(work, options);
        },
        reads: house.reads,
      },
      anchor,
    );
    await expect(guarded.unitOfWork(async () => 1)).rejects.toMatchObject({ reason: 'BACKEND_UNAVAILABLE' });
  });

  test('events that are old enough to have been removed are not missed, nor those of another installation', async () => {
    written = { installation: 'this', events: [{ sequence: 1_000_000, at: 1 }], time: 0 };
    const old = opened();
    written = { installation: 'other', events: [{ sequence: 1_000_000, at: house.now() }], time: 0 };
    const other = opened();
    await old.look();
    await other.look();
    expect([old.standing(), other.standing()]).toEqual(['holds', 'holds']);
  });

  test('a file that cannot be written is told of once, and once it can', async () => {
    let full = true;
    const anchor = opened(async () => {
      if (full) throw new Error('no space');
    });
    await happens();
    await anchor.look();
    await anchor.look();
    full = false;
    await anchor.look();
    expect(turns).toEqual([-2, -1]);
  });

  test('it is written one at a time, and what happens meanwhile is written next', async () => {
    const { opened: room, open: openGate } = gate();
    const begun: number[] = [];
    const anchor = opened(async ({ events }) => {
      begun.push(events.length);
      if (begun.length === 1) await room;
    });
    anchor.note({ sequence: 1, at: house.now() });
    const first = anchor.keep();
    await expect.poll(() => begun).toEqual([1]);
    anchor.note({ sequence: 2, at: house.now() });
    const second = anchor.keep();
    await setImmediate();
    expect(begun).toEqual([1]);
    openGate();
    await Promise.all([first, second]);
    expect(begun).toEqual([1, 2]);
  });
});
