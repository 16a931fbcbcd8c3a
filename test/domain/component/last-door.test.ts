import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ableAdministrators } from '../../../src/domain/administration/index.js';
import type { NewComponent } from '../../../src/domain/component/change-components.js';
import { MINUTE } from '../../support/house.js';
import { mustRefuse, type Office, openOffice } from '../administration/office.js';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
  await office.mfaOn();
});
afterEach(() => office.house.close());

const update = (id: string, change: Partial<NewComponent>) => office.ask.updateComponent(office.asRoot(), id, change);
const giveKey = (id: string) => office.ask.createComponentKey(office.asRoot(), id, undefined);

describe('while only `local` lets administrators in', () => {
  test.each([{ people: 'never' }, { people: 'without-mfa' }, { administration: false }] as const)(
    'it may not become %j, and stays as it is',
    async (change) => {
      await mustRefuse(update('local', change), 'LAST_ADMINISTRATOR');
      const local = await office.ask.getComponent(office.asRoot(), { id: 'local' });
      expect(local).toMatchObject({ people: 'always', administration: true });
    },
  );

  test('what keeps it open may change', async () => {
    expect(await update('local', { serviceAccounts: false })).toMatchObject({ serviceAccounts: false });
  });

  test('MFA may not be switched on where it lets people in without it only', async () => {
    await office.mfaOff();
    await update('local', { people: 'without-mfa' });
    await mustRefuse(office.ask.updateMfaPolicy(office.asRoot(), { on: true }, false), 'LAST_ADMINISTRATOR');
  });
});

test('the last door stays open also while no administrator is able to sign in', async () => {
  const { id } = office.root.user;
  await office.house.sound(async ({ passwords }) => {
    const own = await passwords.of(id);
    if (own) await passwords.set({ ...own, kind: 'one-time', expiresAt: office.house.now() + MINUTE });
  });
  expect(await office.house.reads((stores) => ableAdministrators(stores, office.house.now()))).toBe(0);
  await mustRefuse(update('local', { people: 'never' }), 'LAST_ADMINISTRATOR');
});

describe('once another component with administration has a key', () => {
  test('`local` may be closed, and the key is the last way in', async () => {
    const { key } = await giveKey('console');
    const asRoot = { ...office.asRoot(), ...(await throughConsole()) };
    await office.ask.updateComponent(asRoot, 'local', { people: 'never' });
    await mustRefuse(office.ask.revokeComponentKey(asRoot, key.id), 'LAST_ADMINISTRATOR');
    await giveSecondKey(asRoot);
    await office.ask.revokeComponentKey(asRoot, key.id);
  });

  test('a component that people made may be deleted only while another one is left', async () => {
    const made = await office.ask.createComponent(office.asRoot(), {
      name: 'desk',
      description: '',
      people: 'always',
      serviceAccounts: false,
      administration: true,
    });
    await giveKey(made.id);
    const asRoot = await throughConsole();
    await office.ask.updateComponent(asRoot, 'local', { people: 'never' });
    await mustRefuse(office.ask.deleteComponent(asRoot, made.id), 'LAST_ADMINISTRATOR');
    await giveSecondKey(asRoot);
    await office.ask.deleteComponent(asRoot, made.id);
  });
});

const throughConsole = () => office.house.caller(office.root, 'console');
const giveSecondKey = (caller: Awaited<ReturnType<typeof throughConsole>>) =>
  office.ask.createComponentKey(caller, 'console', undefined);
