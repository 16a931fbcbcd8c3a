import { describe, expect, test } from 'vitest';
import type { Profile, ShownUser } from '../../../src/domain/user/shown-user.js';
import type { User } from '../../../src/domain/user/user.js';
import { onEachEngine } from '../../support/engines.js';
import { aFactor, anEnrollmentCode, aSecret, aUser, NOW, newId, newPhc } from './samples.js';
import { sharedStores } from './shared-stores.js';

const profileOf = ({ lockKey, securityVersion, lastSignInAddress, firstEnrolledAt, ...profile }: User): Profile =>
  profile;

const bare = { roleIds: [], factorCount: 0, oneTimePassword: undefined, enrollmentCodeEnd: undefined, secretCount: 0 };

onEachEngine((engine) => {
  const { unitOfWork, reads } = sharedStores(engine);
  const inserted = async (user: User): Promise<User> => {
    await unitOfWork(({ users }) => users.insert(user));
    return user;
  };
  const byId = (id: string): Promise<User | undefined> => reads(({ users }) => users.byId(id));
  const shown = (namePrefix: string, limit = 10, after?: string): Promise<readonly ShownUser[]> =>
    reads(({ users }) => users.shown({ namePrefix }, { limit, after }, NOW));

  describe('a shown user', () => {
    test('is shown with its own row where nothing hangs on it', async () => {
      const user = await inserted(
        aUser({ name: `realm\\ünï𝔠øde${newId()}`, displayName: '', email: 'ü@example.test' }),
      );
      expect(await shown(user.name)).toEqual([{ user: profileOf(user), ...bare }]);
    });

    test('is shown with roles by id, factors, one-time password and enrolment code', async () => {
      const user = await inserted(aUser());
      const code = anEnrollmentCode(user);
      await unitOfWork(async ({ users, factors, passwords, enrollmentCodes }) => {
        for (const role of ['tape-operator', 'backup-viewer']) await users.assignRole(user.id, role, NOW);
        await factors.insert(aFactor(user));
        await factors.insert(aFactor(user));
        await users.noteEnrolled(user.id, NOW);
        await users.noteSignIn(user.id, NOW + 1, '::1');
        await users.setState(user.id, 'disabled');
        const expiresAt = NOW + 9;
        await passwords.set({ userId: user.id, kind: 'one-time', hash: newPhc(), createdAt: NOW + 5, expiresAt });
        await enrollmentCodes.set(code);
      });
      const stored = await byId(user.id);
      expect(await shown(user.name)).toEqual([
        {
          user: stored && profileOf(stored),
          roleIds: ['backup-viewer', 'tape-operator'],
          factorCount: 2,
          oneTimePassword: { createdAt: NOW + 5, expiresAt: NOW + 9 },
          enrollmentCodeEnd: code.expiresAt,
          secretCount: 0,
        },
      ]);
    });

    test('is shown without the password that is its own', async () => {
      const user = await inserted(aUser());
      await unitOfWork(({ passwords }) =>
        passwords.set({ userId: user.id, kind: 'own', hash: newPhc(), createdAt: NOW }),
      );
      expect(await shown(user.name)).toMatchObject([{ oneTimePassword: undefined }]);
    });

    test('is shown, as a service account, with why, until when and how many secrets can be used', async () => {
      const user = await inserted(aUser());
      const secrets = [aSecret(user), aSecret(user), aSecret(user, { expiresAt: NOW })];
      await unitOfWork(async ({ users, serviceSecrets }) => {
        const about = { ownerId: newId(), reason: 'nightly', endsAt: NOW + 7, warnedDays: undefined };
        await users.setKind(user.id, 'service-account', about);
        for (const secret of secrets) await serviceSecrets.insert(secret, undefined);
        await serviceSecrets.revoke(secrets[1]?.id ?? '', NOW);
      });
      const stored = await byId(user.id);
      expect(stored).toMatchObject({ kind: 'service-account', kindReason: 'nightly', endsAt: NOW + 7 });
      expect(await shown(user.name)).toEqual([{ ...bare, user: stored && profileOf(stored), secretCount: 1 }]);
    });

    test('is found by id as in a list, and not at all where nobody has it', async () => {
      const user = await inserted(aUser());
      const [inList] = await shown(user.name);
      expect(await reads(({ users }) => users.shownById(user.id, NOW))).toEqual(inList);
      expect(await reads(({ users }) => users.shownById(newId(), NOW))).toBeUndefined();
    });

    test('comes in pages by the bytes of the names', async () => {
      const mark = newId();
      for (const end of ['a', 'B', ' z', 'ä', 'a ']) await inserted(aUser({ name: `${mark}${end}` }));
      const pages: string[][] = [];
      for (let after: string | undefined; ; ) {
        const page = await shown(mark, 2, after);
        pages.push(page.map(({ user }) => user.name.slice(mark.length)));
        if (page.length < 2) break;
        after = page.at(-1)?.user.name;
      }
      expect(pages).toEqual([[' z', 'B'], ['a', 'a '], ['ä']]);
    });
  });
});
