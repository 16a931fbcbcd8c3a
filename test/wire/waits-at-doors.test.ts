import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeFor, firstSignIn, PASSWORD } from '../support/people.js';
import { type DoorWorld, openDoorWorld, stage, tokenOf } from './door-world.js';
import { NEW_PASSWORD } from './doors.js';

let world: DoorWorld;
beforeAll(async () => {
  world = await openDoorWorld();
});
afterAll(() => world?.close());

describe('a wait', () => {
  const sixTimes = async (wrong: () => Promise<unknown>): Promise<void> => {
    for (let failure = 1; failure <= 6; failure++) await wrong().catch(() => undefined);
  };

  test('of the password refuses the right one, at sign-in and in a session', async () => {
    const { username, oneTimePassword } = await world.newPerson();
    const own = world.web.withSession((await firstSignIn(world.server, world.web, username, oneTimePassword)).session);
    await sixTimes(() => world.web.auth.startSignIn({ username, password: 'wrong' }));

    const start = world.web.auth.startSignIn({ username, password: PASSWORD }).then(tokenOf);
    const change = own.auth.changePassword({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD }).then(tokenOf);
    expect([await world.outcome(start), await world.outcome(change)]).toEqual(['LOCKED_OUT', 'LOCKED_OUT']);
    expect((await own.auth.listSessions({})).sessions).toHaveLength(1);
  });

  test('of recovery codes refuses the right one, and neither the device nor the sign-in is hurt by it', async () => {
    const { username, oneTimePassword } = await world.newPerson();
    const phone = await firstSignIn(world.server, world.web, username, oneTimePassword);
    const { signInToken } = stage(await world.web.auth.startSignIn({ username, password: PASSWORD }), 'challenge');
    await sixTimes(() => world.web.auth.useRecoveryCode({ signInToken, recoveryCode: '01-0000-0000-0000-0000' }));

    const right = { signInToken, recoveryCode: phone.recoveryCodes[0] ?? '' };
    const refused = await world.outcome(world.web.auth.useRecoveryCode(right).then(tokenOf));
    world.pastOneStep();
    const verify = world.web.auth.verifyOtp({ signInToken, code: codeFor(world.server, phone.secret) }).then(tokenOf);
    expect([refused, await world.outcome(verify)]).toEqual(['LOCKED_OUT', 'session']);
  });

  test('of codes leaves recovery codes alone', async () => {
    const { username, oneTimePassword } = await world.newPerson();
    const phone = await firstSignIn(world.server, world.web, username, oneTimePassword);
    const own = world.web.withSession(phone.session);
    const far = { $case: 'code', value: codeFor(world.server, phone.secret, 50) } as const;
    await sixTimes(() => own.auth.reauthenticate({ proof: far }));

    const challenge = stage(await world.web.auth.startSignIn({ username, password: PASSWORD }), 'challenge');
    const use = { signInToken: challenge.signInToken, recoveryCode: phone.recoveryCodes[0] ?? '' };
    expect(challenge.factors.map(({ usable }) => usable)).toEqual([false, true]);
    expect(await world.outcome(world.web.auth.useRecoveryCode(use).then(tokenOf))).toBe('session');
  });

  test('of codes refuses the right one, at the challenge and in a session', async () => {
    const { username, oneTimePassword } = await world.newPerson();
    const phone = await firstSignIn(world.server, world.web, username, oneTimePassword);
    const own = world.web.withSession(phone.session);
    const far = { $case: 'code', value: codeFor(world.server, phone.secret, 50) } as const;
    await sixTimes(() => own.auth.reauthenticate({ proof: far }));
    world.pastOneStep();

    const code = codeFor(world.server, phone.secret);
    const { signInToken } = stage(await world.web.auth.startSignIn({ username, password: PASSWORD }), 'challenge');
    const verify = world.web.auth.verifyOtp({ signInToken, code }).then(tokenOf);
    const again = own.auth
      .reauthenticate({ proof: { $case: 'code', value: code } })
      .then((answer) => answer.session?.sessionToken ?? '');
    expect([await world.outcome(verify), await world.outcome(again)]).toEqual(['LOCKED_OUT', 'LOCKED_OUT']);
  });
});
