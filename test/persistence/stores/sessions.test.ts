import { describe, expect, test } from 'vitest';
import type { Session } from '../../../src/domain/session/session.js';
import type { SessionFilter } from '../../../src/domain/session/session-store.js';
import type { User } from '../../../src/domain/user/user.js';
import { onEachEngine } from '../../support/engines.js';
import { aComponent, aRole, aSession, aUser, DAY, NOW, newHash, newId } from './samples.js';
import { sharedStores } from './shared-stores.js';

onEachEngine((engine) => {
  const { unitOfWork, reads } = sharedStores(engine);
  const insertedUser = async (user: User = aUser()): Promise<User> => {
    await unitOfWork(({ users }) => users.insert(user));
    return user;
  };
  const inserted = async (session: Session): Promise<Session> => {
    await unitOfWork(({ sessions }) => sessions.insert(session));
    return session;
  };
  const found = (id: string) => reads(({ sessions }) => sessions.byId(id));
  const standing = (id: string) => reads(({ sessions }) => sessions.standing(id));

  describe('a session', () => {
    test('is found as it was put in', async () => {
      const plain = await inserted(aSession(aUser(), { secondFactor: undefined, passwordAt: undefined }));
      const full = await inserted(
        aSession(aUser(), {
          kind: 'service-account',
          byRecoveryCode: true,
          enrollmentCodeId: newId(),
          serviceSecretId: newId(),
        }),
      );
      expect(await found(plain.id)).toEqual(plain);
      expect(await found(full.id)).toEqual(full);
      expect(await found(newId())).toBeUndefined();
    });

    test('is renewed by one of many with the same token', async () => {
      const session = await inserted(aSession(aUser()));
      const to = () => ({
        token: newHash(),
        securityVersion: 2,
        passwordAt: NOW + 1,
        secondFactor: undefined,
        provedAt: NOW + 2,
        lastSeenAt: NOW + 3,
      });
      const tries = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const change = to();
          return { change, won: await unitOfWork(({ sessions }) => sessions.renew(session.id, session.token, change)) };
        }),
      );
      const winners = tries.filter(({ won }) => won);
      expect(winners).toHaveLength(1);
      expect(await found(session.id)).toEqual({ ...session, ...winners[0]?.change });
    });

    test('notes a proved enrolment code under its own token only', async () => {
      const session = await inserted(aSession(aUser()));
      const codeId = newId();
      const note = (token: Session['token']) =>
        unitOfWork(({ sessions }) => sessions.noteEnrollmentCode(session.id, token, codeId));
      expect([await note(newHash()), await note(session.token)]).toEqual([false, true]);
      expect(await found(session.id)).toEqual({ ...session, enrollmentCodeId: codeId });
    });

    test('is removed once; those of a user all or all but one; those of a component', async () => {
      const user = aUser();
      const componentId = newId();
      const [one, two, three] = [
        await inserted(aSession(user)),
        await inserted(aSession(user)),
        await inserted(aSession(user)),
      ] as const;
      await inserted(aSession(aUser(), { componentId }));
      const counts = await unitOfWork(async ({ sessions }) => [
        await sessions.remove(one.id),
        await sessions.remove(one.id),
        await sessions.removeOf(user.id, two.id),
        await sessions.removeOf(user.id),
        await sessions.removeOf(user.id),
        await sessions.removeOfComponent(componentId),
      ]);
      expect(counts).toEqual([true, false, 1, 1, 0, 1]);
      expect(await found(three.id)).toBeUndefined();
    });

    test('goes when it is the oldest beyond the cap', async () => {
      const user = aUser();
      const sessions = [];
      for (let n = 0; n < 5; n++) sessions.push(await inserted(aSession(user)));
      const keep = (count: number) => unitOfWork((stores) => stores.sessions.keepNewest(user.id, count));
      expect([await keep(5), await keep(3), await keep(3)]).toEqual([0, 2, 0]);
      const left = await Promise.all(sessions.map(async ({ id }) => (await found(id)) !== undefined));
      expect(left).toEqual([false, false, true, true, true]);
    });

    test('is seen later, never earlier, and nothing comes of one that is gone', async () => {
      const [one, two] = [await inserted(aSession(aUser())), await inserted(aSession(aUser()))] as const;
      await unitOfWork(({ sessions }) =>
        sessions.seen([
          { id: one.id, at: NOW + 5 },
          { id: two.id, at: NOW - 5 },
          { id: newId(), at: NOW },
        ]),
      );
      expect((await found(one.id))?.lastSeenAt).toBe(NOW + 5);
      expect((await found(two.id))?.lastSeenAt).toBe(NOW);
    });

    test('is removed past its age or idle too long, no more at once than asked', async () => {
      const old = NOW - 1000 * DAY;
      const dead = [
        await inserted(aSession(aUser(), { expiresAt: old })),
        await inserted(aSession(aUser(), { lastSeenAt: old - 2 })),
        await inserted(aSession(aUser(), { lastSeenAt: old - 1 })),
        await inserted(aSession(aUser(), { expiresAt: old - 1, lastSeenAt: old - 1 })),
      ];
      const alive = await inserted(aSession(aUser(), { expiresAt: old + 1, lastSeenAt: old }));
      const sweep = () => unitOfWork(({ sessions }) => sessions.removeExpired(old, old, 2));
      expect([await sweep(), await sweep(), await sweep()]).toEqual([2, 2, 0]);
      expect(await Promise.all(dead.map(({ id }) => found(id)))).toEqual(dead.map(() => undefined));
      expect(await found(alive.id)).toEqual(alive);
      await unitOfWork(({ sessions }) => sessions.remove(alive.id));
    });
  });

  describe('the standing of a session', () => {
    test('tells session, user, component, policy and the roles with their permissions', async () => {
      const user = await insertedUser();
      const session = await inserted(aSession(user));
      const custom = aRole({ permissions: [] });
      await unitOfWork(async ({ users, roles }) => {
        await users.noteEnrolled(user.id, NOW);
        await roles.insert(custom);
        await users.assignRole(user.id, 'tape-operator', NOW);
        await users.assignRole(user.id, custom.id, NOW);
      });
      const { kind, state, securityVersion, name, id } = user;
      expect(await standing(session.id)).toEqual({
        session,
        user: { id, name, kind, state, securityVersion, enrolledAt: NOW },
        roles: [
          { id: custom.id, permissions: [] },
          { id: 'tape-operator', permissions: ['console.read', 'tape.run'] },
        ],
        component: await reads(({ components }) => components.byId('console')),
        policy: await reads(({ policy }) => policy.get()),
      });
    });

    test('tells of a user without roles and of a component that is gone', async () => {
      const session = await inserted(aSession(await insertedUser(), { componentId: newId() }));
      expect(await standing(session.id)).toMatchObject({ roles: [], component: undefined });
    });

    test('is unknown for a session that is gone, and for one whose user is', async () => {
      const user = await insertedUser();
      const session = await inserted(aSession(user));
      expect(await standing(newId())).toBeUndefined();
      await unitOfWork(({ users }) => users.delete(user.id));
      expect(await standing(session.id)).toBeUndefined();
    });

    test('holds permissions longer than the servers would concatenate by themselves', async () => {
      const user = await insertedUser();
      const session = await inserted(aSession(user));
      const permissions = Array.from({ length: 200 }, (_, n) => `product.area-${n}.change`);
      const wide = [aRole({ permissions }), aRole({ permissions })];
      await unitOfWork(async ({ users, roles }) => {
        for (const role of wide) {
          await roles.insert(role);
          await users.assignRole(user.id, role.id, NOW);
        }
      });
      expect((await standing(session.id))?.roles).toEqual(wide.map(({ id }) => ({ id, permissions })));
    });

    test('shows a changed component at once', async () => {
      const component = aComponent();
      const session = await inserted(aSession(await insertedUser(), { componentId: component.id }));
      await unitOfWork(({ components }) => components.insert(component));
      expect((await standing(session.id))?.component).toEqual(component);
      await unitOfWork(({ components }) => components.update(component.id, { people: 'never' }));
      expect((await standing(session.id))?.component).toEqual({ ...component, people: 'never' });
    });
  });

  describe('a list of sessions', () => {
    const list = async (filter: Partial<SessionFilter>, after?: string, limit = 10): Promise<string[]> => {
      const whole = { now: NOW, seenAfter: NOW - 1, ...filter };
      return (await reads(({ sessions }) => sessions.list(whole, { limit, after }))).map(({ id }) => id);
    };

    test('goes newest first, page by page', async () => {
      const user = await insertedUser();
      const ids = [];
      for (let n = 0; n < 5; n++) ids.push((await inserted(aSession(user))).id);
      const newest = ids.toReversed();
      const first = await list({ userId: user.id }, undefined, 2);
      const second = await list({ userId: user.id }, first.at(-1), 2);
      expect([first, second]).toEqual([newest.slice(0, 2), newest.slice(2, 4)]);
      expect(await list({ userId: user.id }, second.at(-1), 2)).toEqual(newest.slice(4));
    });

    test('is narrowed by component, and leaves out what is past its age, idle, or of an older version', async () => {
      const user = await insertedUser();
      const componentId = newId();
      const alive = await inserted(aSession(user, { componentId }));
      await inserted(aSession(user, { expiresAt: NOW }));
      await inserted(aSession(user, { lastSeenAt: NOW - 1 }));
      await inserted(aSession(user, { securityVersion: 0 }));
      const elsewhere = await inserted(aSession(user));
      expect(await list({ userId: user.id })).toEqual([elsewhere.id, alive.id]);
      expect(await list({ componentId })).toEqual([alive.id]);
      await unitOfWork(({ users }) => users.setState(user.id, 'disabled'));
      expect(await list({ userId: user.id })).toEqual([]);
    });
  });
});
