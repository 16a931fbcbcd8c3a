import { expect, test } from 'vitest';
import { expireSignIns } from '../../src/domain/sign-in/expire-sign-ins.js';
import { sweeper } from '../../src/persistence/index.js';
import { onEachEngine } from '../support/engines.js';
import {
  anEnrollmentCode,
  anEvent,
  aPendingFactor,
  aSession,
  aSignIn,
  aUser,
  codeKey,
  DAY,
  NOW,
  passwordKey,
} from './stores/samples.js';
import { sharedStores } from './stores/shared-stores.js';

const MINUTE = 60_000;
const RETENTION = 400 * DAY;

onEachEngine((engine) => {
  const { unitOfWork, reads } = sharedStores(engine);
  const clock = () => NOW;
  const sweep = sweeper({
    unitOfWork,
    clock,
    expireSignIns: expireSignIns({ unitOfWork, clock }),
    auditRetention: RETENTION,
    // Beside the three that the one user may have, and has one of.
    mostUnknownNames: 1,
  });

  test('everything that has expired goes, and nothing else', async () => {
    const user = aUser();
    const dead = {
      signIn: aSignIn(user, { expiresAt: NOW }),
      old: aSession(user, { expiresAt: NOW }),
      idle: aSession(user, { lastSeenAt: NOW - 30 * MINUTE - 2 * MINUTE - 1 }),
      pending: aPendingFactor(user, { expiresAt: NOW }),
      code: anEnrollmentCode(aUser(), { expiresAt: NOW }),
      name: passwordKey(),
    };
    const alive = {
      signIn: aSignIn(user, { expiresAt: NOW + 1 }),
      // Another replica may hold in memory that it was seen since.
      session: aSession(user, { lastSeenAt: NOW - 31 * MINUTE }),
      pending: aPendingFactor(user, { expiresAt: NOW + 1 }),
      code: anEnrollmentCode(user, { expiresAt: NOW + 1 }),
      name: passwordKey(),
    };
    await unitOfWork(async (stores) => {
      await stores.users.insert(user);
      for (const { signIn, pending, code } of [dead, alive]) {
        await stores.signIns.insert(signIn);
        await stores.factors.setPending(pending);
        await stores.enrollmentCodes.set(code);
      }
      for (const session of [dead.old, dead.idle, alive.session]) await stores.sessions.insert(session);
      for (const [key, at] of [
        [dead.name, NOW - 30 * DAY - 1],
        [alive.name, NOW - 30 * DAY],
      ] as const) {
        await stores.waits.reserve(key, at);
        await stores.waits.keep(key, at);
      }
      await stores.waits.reserve(codeKey(user.id), NOW);
      for (const days of [31, 30, 29]) await stores.waits.spendBudget(codeKey(user.id), NOW - days * DAY);
      for (const at of [NOW - RETENTION - 1, NOW - RETENTION])
        await stores.audit.append(anEvent({ at, subject: user.id }));
    });

    await sweep();

    await unitOfWork(async (stores) => {
      expect(await stores.signIns.byId(dead.signIn.id)).toBeUndefined();
      expect(await stores.signIns.byId(alive.signIn.id)).toEqual(alive.signIn);
      expect(await stores.sessions.byId(dead.old.id)).toBeUndefined();
      expect(await stores.sessions.byId(dead.idle.id)).toBeUndefined();
      expect(await stores.sessions.byId(alive.session.id)).toEqual(alive.session);
      expect(await stores.factors.pending(dead.pending.holderId)).toBeUndefined();
      expect(await stores.factors.pending(alive.pending.holderId)).toBeDefined();
      expect(await stores.enrollmentCodes.of(dead.code.userId)).toBeUndefined();
      expect(await stores.enrollmentCodes.of(user.id)).toEqual(alive.code);
      expect(await stores.waits.of(dead.name, NOW)).toBeUndefined();
      expect(await stores.waits.of(alive.name, NOW)).toBeDefined();
      expect(await stores.waits.of(codeKey(user.id), NOW)).toMatchObject({ budgetSpent: 1 });
      expect(await stores.waits.of(codeKey(user.id), NOW - 5 * DAY)).toMatchObject({ budgetSpent: 1 });
      const events = await stores.audit.list({ subject: user.id }, { limit: 10, after: undefined });
      expect(events.map(({ at }) => at)).toContain(NOW - RETENTION);
      expect(events.map(({ at }) => at)).not.toContain(NOW - RETENTION - 1);
    });
    expect(await sweep()).toBe(0);
  });

  test('more than one batch goes in one sweep', async () => {
    const user = aUser();
    await unitOfWork(async ({ sessions }) => {
      for (let n = 0; n < 450; n++) await sessions.insert(aSession(user, { expiresAt: NOW }));
    });
    expect(await sweep()).toBe(450);
  });

  test('of unknown names no more are kept than allowed, the newest of them', async () => {
    const keys = Array.from({ length: 5 }, passwordKey);
    await unitOfWork(async ({ waits }) => {
      for (const [n, key] of keys.entries()) {
        await waits.reserve(key, NOW + n);
        await waits.keep(key, NOW + n);
      }
    });
    await sweep();
    const left = await reads(async ({ waits }) => {
      const rows = [];
      for (const key of keys) rows.push((await waits.of(key, NOW)) !== undefined);
      return rows;
    });
    expect(left).toEqual([false, false, true, true, true]);
  });
});
