import { expect, test } from 'vitest';
import { onEachEngine } from '../../support/engines.js';
import { aRecoveryCode, aUser, newId } from './samples.js';
import { sharedStores } from './shared-stores.js';

onEachEngine((engine) => {
  const { unitOfWork, reads } = sharedStores(engine);
  const left = (userId: string) => reads(({ recoveryCodes }) => recoveryCodes.left(userId));

  const aSet = async (userId: string) => {
    const codes = [1, 2, 3].map((position) => aRecoveryCode({ id: userId }, { position }));
    await unitOfWork(async ({ recoveryCodes }) => {
      for (const code of codes) await recoveryCodes.keep(code);
    });
    return codes;
  };

  test('a recovery code is found by its index, of its owner only', async () => {
    const { id } = aUser();
    const [first] = await aSet(id);
    const at = (userId: string, position: number) => reads(({ recoveryCodes }) => recoveryCodes.at(userId, position));
    expect(await at(id, 1)).toEqual(first);
    expect(await at(id, 4)).toBeUndefined();
    expect(await at(newId(), 1)).toBeUndefined();
  });

  test('a recovery code is used up by one of many, and counted no more', async () => {
    const { id } = aUser();
    const [first] = await aSet(id);
    const spend = () => unitOfWork(({ recoveryCodes }) => recoveryCodes.spend(first?.id ?? ''));
    const spent = await Promise.all(Array.from({ length: 20 }, spend));
    expect(spent.filter(Boolean)).toHaveLength(1);
    expect(await left(id)).toBe(2);
  });

  test('a new set takes the place of the old one, whose codes cannot be used up any more', async () => {
    const { id } = aUser();
    const [old] = await aSet(id);
    const [fresh] = await aSet(id);
    expect(await left(id)).toBe(3);
    const spent = await unitOfWork(async ({ recoveryCodes }) => [
      await recoveryCodes.spend(old?.id ?? ''),
      await recoveryCodes.spend(fresh?.id ?? ''),
    ]);
    expect(spent).toEqual([false, true]);
  });

  test('removing takes the whole set of one user', async () => {
    const [one, other] = [aUser().id, aUser().id];
    await aSet(one);
    await aSet(other);
    await unitOfWork(({ recoveryCodes }) => recoveryCodes.removeAll(one));
    expect([await left(one), await left(other)]).toEqual([0, 3]);
  });
});
