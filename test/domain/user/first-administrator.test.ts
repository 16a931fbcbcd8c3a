import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as domain from '../../../src/domain/index.js';
import { BACKUP_ADMINISTRATOR } from '../../../src/domain/role/permissions.js';
import { canonicalName } from '../../../src/domain/user/canonical-name.js';
import { type House, openHouse } from '../../support/house.js';

const HOUR = 60 * 60_000;
const NAME = canonicalName('Administrator');
if (!NAME) throw new Error('no name');
const name = NAME;

let house: House;
beforeEach(async () => {
  house = await openHouse('sqlite');
});
afterEach(() => house.close());

const create = () => domain.createFirstAdministrator(house.needs)(name);
const renew = () => domain.renewFirstAdministrator(house.needs)();
const signIn = (password: string) =>
  domain.startSignIn(house.needs)(house.call('local'), { name: name.text, password });
const administrators = () =>
  house.reads(({ users }) => users.list({ roleId: BACKUP_ADMINISTRATOR }, { limit: 10, after: undefined }));

describe('the first administrator', () => {
  test('is made with a one-time password that opens the password change', async () => {
    const first = await create();

    expect(first?.name).toBe('administrator');
    expect(await administrators()).toMatchObject([{ name: 'administrator', kind: 'person', state: 'active' }]);
    expect(await signIn(first?.oneTimePassword ?? '')).toMatchObject({ step: { next: 'password_change' } });
    expect(house.printed[0]).toMatchObject({ code: 'FIRST_ADMINISTRATOR_CREATED', actor: 'host', outcome: 'success' });
  });

  test('is made once, though several start at once', async () => {
    const made = await Promise.all([create(), create(), create()]);

    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await administrators()).toHaveLength(1);
    expect(await create()).toBeUndefined();
  });

  test('is not made where there is any user', async () => {
    await house.person('somebody');
    expect(await create()).toBeUndefined();
    expect(await administrators()).toEqual([]);
  });

  test('is not made again after the first one was deleted', async () => {
    await create();
    await house.sound(async ({ users }) => {
      const [first] = await users.list({}, { limit: 1, after: undefined });
      await users.delete(first?.id ?? '');
    });
    expect(await create()).toBeUndefined();
  });
});

describe('renewing', () => {
  test('waits until the one-time password has expired', async () => {
    const first = await create();
    house.pass(24 * HOUR - 1);
    expect(await renew()).toBeUndefined();
    expect(await signIn(first?.oneTimePassword ?? '')).toMatchObject({ proved: true });
  });

  test('makes a new one then, with an event, and the old one stays dead', async () => {
    const first = await create();
    house.pass(24 * HOUR);

    const renewed = await renew();

    expect(renewed?.name).toBe('administrator');
    expect(await signIn(first?.oneTimePassword ?? '')).toMatchObject({ proved: false });
    expect(await signIn(renewed?.oneTimePassword ?? '')).toMatchObject({ step: { next: 'password_change' } });
    expect(house.printed.find(({ code }) => code === 'PASSWORD_RESET')).toMatchObject({ actor: 'host' });
  });

  test('is done by one of several that start at once: its password is the one that opens', async () => {
    await create();
    house.pass(25 * HOUR);

    const renewed = (await Promise.all([renew(), renew(), renew()])).filter(Boolean);

    expect(renewed).toHaveLength(1);
    expect(await signIn(renewed[0]?.oneTimePassword ?? '')).toMatchObject({ proved: true });
  });

  test('is over once an administrator has opened a session', async () => {
    await create();
    await house.session(await house.administrator('other'));
    house.pass(1000 * HOUR);
    expect(await renew()).toBeUndefined();
  });

  test('never touches a password of their own', async () => {
    await create();
    const [first] = await administrators();
    await house.sound(async ({ passwords }) => {
      const password = await passwords.of(first?.id ?? '');
      if (password) await passwords.set({ ...password, kind: 'own' });
    });
    house.pass(1000 * HOUR);
    expect(await renew()).toBeUndefined();
  });

  test('does nothing where nobody was made', async () => {
    expect(await renew()).toBeUndefined();
  });
});
