import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { User } from '../../../src/domain/user/user.js';
import { onEachEngine } from '../../support/engines.js';
import {
  aFactor,
  anEnrollmentCode,
  aPendingFactor,
  aRole,
  aSession,
  aSignIn,
  aUser,
  codeKey,
  NOW,
  newId,
  newPhc,
} from './samples.js';
import { sharedStores } from './shared-stores.js';

onEachEngine((engine) => {
  const { unitOfWork, reads } = sharedStores(engine);
  const inserted = async (user: User): Promise<User> => {
    await unitOfWork(({ users }) => users.insert(user));
    return user;
  };
  const found = (id: string): Promise<User | undefined> => reads(({ users }) => users.byId(id));

  describe('a user', () => {
    test('is found by id and by name as it was put in', async () => {
      const user = await inserted(aUser({ name: 'realm\\ünï𝔠øde' }));
      expect(await found(user.id)).toEqual(user);
      expect(await reads(({ users }) => users.byName(user.name))).toEqual(user);
    });

    test('is found under no other bytes than those of its name and id', async () => {
      const { id, name } = await inserted(aUser());
      for (const other of [`${name} `, name.toUpperCase(), name.slice(0, -1)])
        expect(await reads(({ users }) => users.byName(other))).toBeUndefined();
      for (const other of [`${id} `, id.toUpperCase(), '']) expect(await found(other)).toBeUndefined();
    });

    test('is refused where the name or the lock key is taken, and the unit goes on', async () => {
      const user = await inserted(aUser());
      const sameName = aUser({ name: user.name });
      const sameKey = aUser({ lockKey: user.lockKey });
      const other = aUser();
      const answers = await unitOfWork(async ({ users }) => [
        await users.insert(sameName),
        await users.insert(sameKey),
        await users.insert(other),
      ]);
      expect(answers).toEqual([false, false, true]);
      expect(await found(sameName.id)).toBeUndefined();
      expect(await found(other.id)).toEqual(other);
    });

    test('is made beside many others at once', async () => {
      const users = Array.from({ length: 30 }, () => aUser());
      const make = (user: User) =>
        unitOfWork(async (stores) => {
          await stores.users.insert(user);
          await stores.passwords.set({ userId: user.id, kind: 'own', hash: newPhc(), createdAt: NOW });
          await stores.users.assignRole(user.id, 'backup-viewer', NOW);
        });
      await Promise.all(users.map(make));
      const made = await reads((stores) => Promise.all(users.map(({ id }) => stores.users.shownById(id, NOW))));
      expect(made.filter((user) => user?.roleIds[0] === 'backup-viewer')).toHaveLength(30);
    });

    test('changes display name and e-mail apart from each other', async () => {
      const user = await inserted(aUser());
      await unitOfWork(({ users }) => users.updateProfile(user.id, { displayName: '' }));
      expect(await found(user.id)).toMatchObject({ displayName: '', email: user.email });
      await unitOfWork(({ users }) => users.updateProfile(user.id, { email: 'new@example.com' }));
      expect(await found(user.id)).toMatchObject({ displayName: '', email: 'new@example.com' });
      expect(await unitOfWork(({ users }) => users.updateProfile(newId(), { email: '' }))).toBe(false);
    });

    test('changes state once, with its security version', async () => {
      const user = await inserted(aUser());
      const disable = () => unitOfWork(({ users }) => users.setState(user.id, 'disabled'));
      expect([await disable(), await disable()]).toEqual([true, false]);
      expect(await found(user.id)).toMatchObject({ state: 'disabled', securityVersion: 2 });
      expect(await unitOfWork(({ users }) => users.setState(newId(), 'disabled'))).toBe(false);
    });

    test('has a security version that only rises', async () => {
      const user = await inserted(aUser());
      expect(await unitOfWork(({ users }) => users.raiseSecurityVersion(user.id))).toBe(2);
      expect(await unitOfWork(({ users }) => users.raiseSecurityVersion(user.id))).toBe(3);
      expect(await unitOfWork(({ users }) => users.raiseSecurityVersion(newId()))).toBeUndefined();
    });

    test('is touched only while active and at the version asked for', async () => {
      const user = await inserted(aUser());
      const touch = (version: number) => unitOfWork(({ users }) => users.touch(user.id, version));
      expect([await touch(1), await touch(1), await touch(2)]).toEqual([true, true, false]);
      await unitOfWork(({ users }) => users.setState(user.id, 'disabled'));
      expect(await touch(2)).toBe(false);
      expect(await unitOfWork(({ users }) => users.touch(newId(), 1))).toBe(false);
    });

    test('remembers sign-ins and enrolment; the first enrolment stays', async () => {
      const user = await inserted(aUser());
      await unitOfWork(async ({ users }) => {
        await users.noteSignIn(user.id, NOW + 1, '2001:db8::1');
        await users.noteEnrolled(user.id, NOW + 2);
        await users.clearEnrolled(user.id);
      });
      expect(await found(user.id)).toMatchObject({
        lastSignInAt: NOW + 1,
        lastSignInAddress: '2001:db8::1',
        enrolledAt: undefined,
        firstEnrolledAt: NOW + 2,
      });
      await unitOfWork(({ users }) => users.noteEnrolled(user.id, NOW + 3));
      expect(await found(user.id)).toMatchObject({ enrolledAt: NOW + 3, firstEnrolledAt: NOW + 2 });
    });

    test('goes with everything that is theirs, but for the wait of the name', async () => {
      const user = await inserted(aUser());
      const { factor, pending, session, signIn } = await unitOfWork(async (stores) => {
        const own = {
          factor: aFactor(user),
          pending: aPendingFactor(user),
          session: aSession(user),
          signIn: aSignIn(user),
        };
        await stores.passwords.set({ userId: user.id, kind: 'own', hash: newPhc(), createdAt: NOW });
        await stores.enrollmentCodes.set(anEnrollmentCode(user));
        await stores.factors.insert(own.factor);
        await stores.factors.setPending(own.pending);
        await stores.sessions.insert(own.session);
        await stores.signIns.insert(own.signIn);
        await stores.users.assignRole(user.id, 'backup-viewer', NOW);
        await stores.waits.reserve({ subject: user.lockKey, kind: 'password' }, NOW);
        await stores.waits.reserve(codeKey(user.id), NOW);
        await stores.waits.spendBudget(codeKey(user.id), NOW);
        return own;
      });
      expect(await unitOfWork(({ users }) => users.delete(user.id))).toBe(true);
      await reads(async (stores) => {
        expect(await stores.users.byId(user.id)).toBeUndefined();
        expect(await stores.passwords.of(user.id)).toBeUndefined();
        expect(await stores.enrollmentCodes.of(user.id)).toBeUndefined();
        expect(await stores.factors.of(factor.userId)).toEqual([]);
        expect(await stores.sessions.byId(session.id)).toBeUndefined();
        expect(await stores.signIns.byId(signIn.id)).toBeUndefined();
        expect(await stores.roles.ofUser(user.id)).toEqual([]);
        expect([...(await stores.waits.ofUser(user, NOW)).keys()]).toEqual(['password']);
      });
      expect(await unitOfWork(({ factors }) => factors.pending(pending.holderId))).toBeUndefined();
      expect(await unitOfWork(({ users }) => users.delete(user.id))).toBe(false);
    });
  });

  describe('roles of users', () => {
    test('are assigned once and taken away once', async () => {
      const user = await inserted(aUser());
      const assign = () => unitOfWork(({ users }) => users.assignRole(user.id, 'tape-operator', NOW));
      const unassign = () => unitOfWork(({ users }) => users.unassignRole(user.id, 'tape-operator'));
      expect([await assign(), await assign(), await unassign(), await unassign()]).toEqual([true, false, true, false]);
    });

    test('tell who holds one, and who of them can sign in', async () => {
      const role = aRole();
      const held = () => reads(({ users }) => users.roleHeldByAnyone(role.id));
      await unitOfWork(({ roles }) => roles.insert(role));
      expect(await held()).toBe(false);
      const users = await Promise.all(Array.from({ length: 5 }, () => inserted(aUser())));
      const [able, suspended, oneTime, disabled] = users as [User, User, User, User];
      await unitOfWork(async (stores) => {
        for (const user of users) await stores.users.assignRole(user.id, role.id, NOW);
        for (const user of [able, suspended, disabled])
          await stores.passwords.set({ userId: user.id, kind: 'own', hash: newPhc(), createdAt: NOW });
        await stores.passwords.set({ userId: oneTime.id, kind: 'one-time', hash: newPhc(), createdAt: NOW });
        await stores.factors.insert(aFactor(able));
        await stores.factors.insert(aFactor(suspended, { suspended: true }));
        await stores.users.setState(disabled.id, 'disabled');
      });
      const holders = await reads((stores) => stores.users.holdersAbleToSignIn(role.id));
      expect(new Map(holders.map(({ id, usableFactor }) => [id, usableFactor]))).toEqual(
        new Map([
          [able.id, true],
          [suspended.id, false],
        ]),
      );
      expect(await held()).toBe(true);
    });
  });

  describe('a list of users', () => {
    test('goes by the bytes of the names, page by page', async () => {
      const mark = newId();
      const names = [`${mark}a`, `${mark}B`, `${mark} z`, `${mark}ä`, `${mark}a `];
      for (const name of names) await inserted(aUser({ name }));
      const pages: string[][] = [];
      for (let after: string | undefined; ; ) {
        const page = await reads(({ users }) => users.list({ namePrefix: mark }, { limit: 2, after }));
        pages.push(page.map(({ name }) => name));
        if (page.length < 2) break;
        after = page.at(-1)?.name;
      }
      expect(pages).toEqual([[`${mark} z`, `${mark}B`], [`${mark}a`, `${mark}a `], [`${mark}ä`]]);
    });

    test('holds whole users', async () => {
      const user = await inserted(aUser());
      await unitOfWork(({ users }) => users.noteSignIn(user.id, NOW, '::1'));
      const listed = await reads(({ users }) => users.list({ namePrefix: user.name }, { limit: 1, after: undefined }));
      expect(listed).toEqual([await found(user.id)]);
    });

    test('is narrowed by state, role and missing factor', async () => {
      const mark = newId();
      const [plain, enrolled, disabled] = await Promise.all(
        ['1', '2', '3'].map((n) => inserted(aUser({ name: `${mark}${n}` }))),
      );
      const machine = await inserted(aUser({ name: `${mark}4`, kind: 'service-account', lockKey: randomBytes(32) }));
      await unitOfWork(async ({ users, factors }) => {
        await factors.insert(aFactor(enrolled as User));
        await users.setState((disabled as User).id, 'disabled');
        await users.assignRole((enrolled as User).id, 'backup-viewer', NOW);
      });
      const list = async (filter: object): Promise<string[]> =>
        (await reads(({ users }) => users.list({ namePrefix: mark, ...filter }, { limit: 10, after: undefined }))).map(
          ({ id }) => id,
        );
      expect(await list({ state: 'disabled' })).toEqual([disabled?.id]);
      expect(await list({ state: 'active' })).toEqual([plain?.id, enrolled?.id, machine.id]);
      expect(await list({ roleId: 'backup-viewer' })).toEqual([enrolled?.id]);
      expect(await list({ withoutFactor: true })).toEqual([plain?.id, disabled?.id]);
      expect(await list({ withoutFactor: true, state: 'active' })).toEqual([plain?.id]);
    });

    test('tells whether there is anybody', async () => {
      await inserted(aUser());
      expect(await reads(({ users }) => users.anyExists())).toBe(true);
    });
  });
});
