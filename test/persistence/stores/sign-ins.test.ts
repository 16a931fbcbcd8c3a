import { expect, test } from 'vitest';
import type { SignIn } from '../../../src/domain/sign-in/sign-in.js';
import { onEachEngine } from '../../support/engines.js';
import { aSignIn, aUser, NOW, newHash, newId } from './samples.js';
import { sharedStores } from './shared-stores.js';

onEachEngine((engine) => {
  const { unitOfWork, reads } = sharedStores(engine);
  const inserted = async (signIn: SignIn): Promise<SignIn> => {
    await unitOfWork(({ signIns }) => signIns.insert(signIn));
    return signIn;
  };
  const found = (id: string) => reads(({ signIns }) => signIns.byId(id));
  const next = () => ({
    stage: 'enrollment' as const,
    token: newHash(),
    expiresAt: NOW + 1,
    securityVersion: 2,
    byOneTimePassword: false,
    secondFactor: { kind: 'totp', at: NOW, factorId: newId(), enrolledAt: NOW - 5 } as const,
  });

  test('a sign-in is found as it was put in', async () => {
    const plain = await inserted(aSignIn(aUser()));
    const full = await inserted(
      aSignIn(aUser(), {
        byOneTimePassword: true,
        state: 'taken',
        stage: 'password_change',
        enrollmentCodeId: newId(),
        secondFactor: { kind: 'recovery-code', at: NOW, factorId: undefined, enrolledAt: undefined },
      }),
    );
    expect(await found(plain.id)).toEqual(plain);
    expect(await found(full.id)).toEqual(full);
    expect(await found(newId())).toBeUndefined();
  });

  test('a stage is left by one of many with the same token', async () => {
    const signIn = await inserted(aSignIn(aUser()));
    const advance = (to: ReturnType<typeof next>) =>
      unitOfWork(({ signIns }) => signIns.advance(signIn.id, signIn.token, to));
    const tries = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const to = next();
        return { to, won: await advance(to) };
      }),
    );
    const winners = tries.filter(({ won }) => won);
    expect(winners).toHaveLength(1);
    expect(await found(signIn.id)).toEqual({ ...signIn, ...winners[0]?.to });
  });

  test('only an open sign-in with the right token moves on, notes a code or finishes', async () => {
    const taken = await inserted(aSignIn(aUser(), { state: 'taken' }));
    const open = await inserted(aSignIn(aUser()));
    const tries = async (signIn: SignIn, token: SignIn['token']) =>
      unitOfWork(async ({ signIns }) => [
        await signIns.noteEnrollmentCode(signIn.id, token, newId()),
        await signIns.advance(signIn.id, token, next()),
        await signIns.finish(signIn.id, token),
      ]);
    expect(await tries(taken, taken.token)).toEqual([false, false, false]);
    expect(await tries(open, newHash())).toEqual([false, false, false]);
    expect(await found(taken.id)).toEqual(taken);
    expect(await found(open.id)).toEqual(open);
  });

  test('a proved enrolment code is noted, and finishing removes the sign-in once', async () => {
    const signIn = await inserted(aSignIn(aUser()));
    const codeId = newId();
    const note = () => unitOfWork(({ signIns }) => signIns.noteEnrollmentCode(signIn.id, signIn.token, codeId));
    expect([await note(), await note()]).toEqual([true, true]);
    expect(await found(signIn.id)).toEqual({ ...signIn, enrollmentCodeId: codeId });
    const finish = () => unitOfWork(({ signIns }) => signIns.finish(signIn.id, signIn.token));
    expect([await finish(), await finish()]).toEqual([true, false]);
  });

  test('open ones of a user are told oldest first; taken ones are not', async () => {
    const user = aUser();
    const [first, second, third] = [
      await inserted(aSignIn(user)),
      await inserted(aSignIn(user)),
      await inserted(aSignIn(user)),
    ] as const;
    await inserted(aSignIn(aUser()));
    await unitOfWork(({ signIns }) => signIns.markTaken([second.id]));
    const open = await unitOfWork(({ signIns }) => signIns.openOf(user.id));
    expect(open.map(({ id }) => id)).toEqual([first.id, third.id]);
    const beyond = async (newest: number) =>
      (await unitOfWork(({ signIns }) => signIns.openBeyond(user.id, newest))).map(({ id }) => id);
    expect([await beyond(0), await beyond(1), await beyond(2)]).toEqual([[first.id, third.id], [first.id], []]);
    expect(await found(second.id)).toEqual({ ...second, state: 'taken' });
    await unitOfWork(({ signIns }) => signIns.remove(first.id));
    expect(await unitOfWork(({ signIns }) => signIns.remove(first.id))).toBe(false);
    await unitOfWork(({ signIns }) => signIns.remove(third.id));
    expect(await unitOfWork(({ signIns }) => signIns.openOf(user.id))).toEqual([]);
  });

  test('expired ones are told, oldest end first and no more than asked', async () => {
    const early = NOW - 1_000_000_000;
    const ended = [];
    for (const late of [3, 1, 2]) ended.push(await inserted(aSignIn(aUser(), { expiresAt: early + late })));
    await inserted(aSignIn(aUser(), { expiresAt: early + 4 }));
    const expired = await unitOfWork(({ signIns }) => signIns.expired(early + 3, 10));
    expect(expired.map(({ expiresAt }) => expiresAt - early)).toEqual([1, 2, 3]);
    expect(await unitOfWork(({ signIns }) => signIns.expired(early + 3, 2))).toHaveLength(2);
  });
});
