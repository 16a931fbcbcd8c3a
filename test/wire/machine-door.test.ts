import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sallyport as Client } from '../../src/client/index.js';
import { deleted, disabled, machineAndBack, madeMachine, revoked } from './changes-meanwhile.js';
import { type DoorWorld, openDoorWorld } from './door-world.js';
import type { Ready } from './doors.js';

let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld();
});
afterAll(() => world?.close());

describe('SignInServiceAccount', () => {
  let gateway: Client;
  let other: Client;
  beforeAll(async () => {
    gateway = await world.keyed('rest-api');
    other = await world.keyed('shell');
  });

  async function ready(): Promise<Ready & { secretId: string }> {
    const before = await world.newPerson();
    const knockNow = async (secret: string, by: Client) =>
      (await by.auth.signInServiceAccount({ username: before.username, secret })).session?.sessionToken ?? '';
    await madeMachine(world, before);
    const asked = { userId: before.userId, componentIds: ['rest-api'], networks: ['127.0.0.0/8'] };
    const { secret, serviceSecret } = await world.admin().createServiceSecret(asked);
    const knock = (by = gateway) => knockNow(secret, by);
    return { userId: before.userId, secretId: serviceSecret?.secretId ?? '', knock };
  }

  test('gives a session that holds, when nothing changed, whatever else was revoked', async () => {
    const before = await ready();
    await revoked(world, before);
    expect(await world.outcome(before.knock())).toBe('session');
  });

  test.each([
    ['was disabled', disabled],
    ['was deleted', deleted],
    ['became a person', machineAndBack],
    ['was made a service account anew', madeMachine],
  ])('gives none to an account that %s meanwhile', async (_change, change) => {
    const before = await ready();
    await change(world, before);
    expect(await world.outcome(before.knock())).toBe('INVALID_CREDENTIALS');
  });

  test('gives none for a secret that was revoked meanwhile, nor through another component', async () => {
    const before = await ready();
    expect(await world.outcome(before.knock(other))).toBe('COMPONENT_REFUSED');
    await world.admin().revokeServiceSecret({ secretId: before.secretId });
    expect(await world.outcome(before.knock())).toBe('INVALID_CREDENTIALS');
  });

  test('gives none while its component no longer admits service accounts, and what is open sleeps', async () => {
    const before = await ready();
    const opened = await before.knock();
    const admits = (serviceAccounts: boolean) =>
      world.admin().updateComponent({
        componentId: 'rest-api',
        component: { serviceAccounts },
        updateMask: ['service_accounts'],
      });
    await admits(false);
    const refused = [
      await world.outcome(before.knock()),
      await world.outcome(Promise.resolve(opened)).catch(({ reason }) => reason),
    ];
    await admits(true);
    expect(refused).toEqual(['COMPONENT_REFUSED', 'SESSION_INACTIVE']);
    expect(await world.outcome(Promise.resolve(opened))).toBe('session');
  });
});
