import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeWait, recoveryWait } from '../../../src/domain/lockout/wait-keys.js';
import type { Person } from '../../support/house.js';
import { eventsOf, type Office, openOffice } from '../administration/office.js';
import { signIn } from './sign-in.js';
import { fail, failuresOf, passwordOf } from './waits.js';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.house.close());

describe('unlockUser', () => {
  test('ends waits below the hundredth failure', async () => {
    const person = await office.stranger();
    await fail(office, passwordOf(person), 99);
    await fail(office, codeWait(person.user.id), 14);
    await fail(office, recoveryWait(person.user.id), 120);

    const events = await eventsOf(office.house, () => office.ask.unlockUser(office.asRoot(), person.user.id));

    expect(await failuresOf(office, person)).toEqual({ password: 0, code: 0, recovery: 0 });
    expect(events).toMatchObject([{ code: 'USER_UNLOCKED', subject: person.user.id }]);
    expect(await signIn(office, person)).toMatchObject({ proved: true });
  });

  test('leaves what the hundredth failure disabled', async () => {
    const person = await office.stranger();
    await fail(office, passwordOf(person), 100);
    await fail(office, codeWait(person.user.id), 100);

    await office.ask.unlockUser(office.asRoot(), person.user.id);

    expect(await failuresOf(office, person)).toEqual({ password: 100, code: 100 });
  });

  test('empties the budget of wrong codes', async () => {
    const person = await office.stranger();
    await fail(office, codeWait(person.user.id), 1);
    await office.house.sound(async ({ waits }) => {
      for (let wrong = 0; wrong < 300; wrong++) await waits.spendBudget(codeWait(person.user.id), office.house.now());
    });
    expect(await codesOf(person)).toMatchObject({ budgetSpent: 300 });

    await office.ask.unlockUser(office.asRoot(), person.user.id);

    expect(await codesOf(person)).toMatchObject({ budgetSpent: 0, failures: 0 });
  });

  test('is not outlived by an attempt that was under way: the generation has risen', async () => {
    const person = await office.stranger();
    const reserved = await office.house.sound(({ waits }) => waits.reserve(passwordOf(person), office.house.now()));
    await office.ask.unlockUser(office.asRoot(), person.user.id);
    await fail(office, passwordOf(person), 2);

    const cleared = await office.house.sound(({ waits }) => waits.clear(passwordOf(person), reserved));

    expect(cleared).toBe(false);
    expect(await failuresOf(office, person)).toEqual({ password: 2 });
  });

  const codesOf = async ({ user }: Person) =>
    (await office.ask.getUser(office.asRoot(), { id: user.id })).waits?.get('code');
});
