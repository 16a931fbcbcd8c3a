import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { onEachEngine } from '../../support/engines.js';
import { NOW, newId } from './samples.js';
import { sharedStores } from './shared-stores.js';

onEachEngine((engine) => {
  const { unitOfWork, reads } = sharedStores(engine);
  const installation = () => reads((stores) => stores.installation.get());

  test('an installation is founded once over all replicas, which dates its policy', async () => {
    expect(await installation()).toBeUndefined();
    const founders = ['k1', 'k2', 'k3', 'k4', 'k5'];
    const answers = await Promise.all(
      founders.map((key) => unitOfWork((stores) => stores.installation.found(key, NOW))),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await installation()).toEqual({
      keyId: founders[answers.indexOf(true)],
      firstAdministratorId: undefined,
      administratorArrived: false,
      administratorEnrolled: false,
    });
    expect(await reads(({ policy }) => policy.get())).toMatchObject({ switchedOnAt: NOW, updatedAt: NOW });
  });

  test('the first administrator is named once, and arrives', async () => {
    const ids = [newId(), newId(), newId()];
    const name = (id: string) => unitOfWork((stores) => stores.installation.nameFirstAdministrator(id));
    const answers = await Promise.all(ids.map(name));
    expect(answers.filter(Boolean)).toHaveLength(1);
    const named = ids[answers.indexOf(true)];
    expect(await installation()).toMatchObject({ firstAdministratorId: named, administratorArrived: false });
    await unitOfWork((stores) => stores.installation.noteAdministratorArrived());
    expect(await installation()).toMatchObject({ firstAdministratorId: named, administratorArrived: true });
    expect(await installation()).toMatchObject({ administratorEnrolled: false });
    await unitOfWork((stores) => stores.installation.noteAdministratorEnrolled());
    expect(await installation()).toMatchObject({ administratorEnrolled: true });
  });

  test('data keys are told in the order they were made', async () => {
    const newer = { id: newId(), wrappingKeyId: 'w1', wrapped: randomBytes(60), createdAt: NOW + 1 };
    const older = { id: newId(), wrappingKeyId: 'w1', wrapped: randomBytes(60), createdAt: NOW };
    await unitOfWork(async (stores) => {
      await stores.installation.addDataKey(newer);
      await stores.installation.addDataKey(older);
    });
    expect(await reads((stores) => stores.installation.dataKeys())).toEqual([older, newer]);
  });

  test('the policy changes what is given and nothing else', async () => {
    const before = await reads(({ policy }) => policy.get());
    const change = { on: false, issuer: 'Zoë & Co', windowSteps: 0, sessionLifetime: 3_600_000, updatedAt: NOW + 9 };
    await unitOfWork(({ policy }) => policy.update(change));
    expect(await reads(({ policy }) => policy.get())).toEqual({ ...before, ...change });
    const rest = { sessionIdleTimeout: 60_000, enrollmentProof: 'password', switchedOnAt: NOW + 8 } as const;
    await unitOfWork(({ policy }) => policy.update(rest));
    expect(await reads(({ policy }) => policy.get())).toEqual({ ...before, ...change, ...rest });
  });

  test('who waits for the shared row sees what the one before committed, also after a look', async () => {
    const total = 8;
    const counts = await Promise.all(
      Array.from({ length: total }, (_, n) =>
        unitOfWork(async ({ groups, invariants }) => {
          await groups.list({ limit: 100, after: undefined });
          await invariants.touch('administration');
          const { length } = await groups.list({ limit: 100, after: undefined });
          await groups.insert({ id: newId(), name: `group ${n}`, description: '', createdAt: NOW });
          return length;
        }),
      ),
    );
    expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, n) => n));
  });

  test('a shared row that is missing is our mistake, not a pass', async () => {
    await expect(unitOfWork(({ invariants }) => invariants.touch('nothing' as 'administration'))).rejects.toThrow(
      'missing',
    );
  });
});
