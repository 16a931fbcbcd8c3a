import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PeopleAccess } from '../../generated/sallyport/admin/v1/component.js';
import { MfaSwitch } from '../../generated/sallyport/admin/v1/mfa_policy.js';
import { CHANGES } from './changes-meanwhile.js';
import { type DoorWorld, openDoorWorld } from './door-world.js';
import { beforeDuePasswordChange, beforeStartSignIn } from './doors.js';

let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld();
});
afterAll(() => world?.close());

describe('while multi-factor authentication is off', () => {
  beforeAll(() => world.switchMfa(MfaSwitch.MFA_SWITCH_OFF));

  const WITHOUT_MFA = [
    ['StartSignIn', beforeStartSignIn, 'INVALID_CREDENTIALS'],
    ['ChangePassword with a sign-in token', beforeDuePasswordChange, 'SIGN_IN_EXPIRED'],
  ] as const;

  describe.each(WITHOUT_MFA)('%s', (_, ready, gone) => {
    test('gives a session that holds, when nothing changed', async () => {
      expect(await world.outcome((await ready(world)).knock())).toBe('session');
    });

    test.each(CHANGES)('gives none to a user who %s meanwhile', async (_change, change) => {
      const before = await ready(world);
      await change(world, before);
      expect(await world.outcome(before.knock())).toBe(gone);
    });

    test('gives none while its component no longer admits people', async () => {
      const before = await ready(world);
      await world.webAdmits(PeopleAccess.PEOPLE_ACCESS_NEVER);
      const refused = await world.outcome(before.knock());
      await world.webAdmits(PeopleAccess.PEOPLE_ACCESS_ALWAYS);
      expect(refused).toBe('COMPONENT_REFUSED');
    });

    test('asks for enrolment once it was switched on meanwhile', async () => {
      const before = await ready(world);
      await world.switchMfa(MfaSwitch.MFA_SWITCH_ON);
      const asked = await world.outcome(before.knock());
      await world.switchMfa(MfaSwitch.MFA_SWITCH_OFF);
      expect(asked).toBe('enrollment');
    });
  });
});
