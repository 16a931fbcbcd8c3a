import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OpenStores, openStores } from '../../support/engines.js';
import { aComponent, NOW } from './samples.js';

let open: OpenStores;
beforeAll(async () => {
  open = await openStores('sqlite');
});
afterAll(() => open.close());

test('a unit sees the policy that it changed itself, and the next unit too', async () => {
  const seen = await open.unitOfWork(async ({ policy }) => {
    const before = await policy.get();
    await policy.update({ on: !before.on, updatedAt: NOW });
    return [before.on, (await policy.get()).on];
  });

  expect(seen[1]).toBe(!seen[0]);
  expect((await open.unitOfWork(({ policy }) => policy.get())).on).toBe(seen[1]);
});

test('a unit sees the component that it changed or deleted itself', async () => {
  const component = aComponent();
  await open.unitOfWork(({ components }) => components.insert(component));

  const seen = await open.unitOfWork(async ({ components }) => {
    const before = await components.byId(component.id);
    await components.update(component.id, { people: 'never' });
    const changed = await components.byId(component.id);
    await components.delete(component.id);
    return [before?.people, changed?.people, await components.byId(component.id)];
  });

  expect(seen).toEqual([component.people, 'never', undefined]);
});

test('what a unit that was rolled back had seen or changed is nobody else’s', async () => {
  const { on } = await open.unitOfWork(({ policy }) => policy.get());
  const unit = open.unitOfWork(async ({ policy }) => {
    await policy.update({ on: !on, updatedAt: NOW });
    expect((await policy.get()).on).toBe(!on);
    throw new Error('no');
  });

  await expect(unit).rejects.toThrow();
  expect((await open.unitOfWork(({ policy }) => policy.get())).on).toBe(on);
});
