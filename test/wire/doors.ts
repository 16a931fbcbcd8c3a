import { Method } from '../../generated/sallyport/auth/v1/factor.js';
import type { Sallyport as Client } from '../../src/client/index.js';
import { codeAt, otpCodes } from '../../src/crypto/otp-codes.js';
import { codeFor, firstSignIn, PASSWORD } from '../support/people.js';
import { type DoorWorld, stage, tokenOf } from './door-world.js';

export const NEW_PASSWORD = 'copper meadow ribbon';

/** Somebody who stands before a door and has only to knock. */
export interface Ready {
  readonly userId: string;
  /** Through the component it began at, or another; answers the session's token, or what came instead. */
  readonly knock: (by?: Client) => Promise<string>;
}

export async function beforeVerifyOtp(world: DoorWorld): Promise<Ready> {
  const { server, web, pastOneStep } = world;
  const { userId, username, oneTimePassword } = await world.newPerson();
  const phone = await firstSignIn(server, web, username, oneTimePassword);
  const { signInToken } = stage(await web.auth.startSignIn({ username, password: PASSWORD }), 'challenge');
  pastOneStep();
  const code = codeFor(server, phone.secret);
  return { userId, knock: async (by = web) => tokenOf(await by.auth.verifyOtp({ signInToken, code })) };
}

export async function beforeUseRecoveryCode(world: DoorWorld): Promise<Ready> {
  const { server, web } = world;
  const { userId, username, oneTimePassword } = await world.newPerson();
  const { recoveryCodes } = await firstSignIn(server, web, username, oneTimePassword);
  const { signInToken } = stage(await web.auth.startSignIn({ username, password: PASSWORD }), 'challenge');
  const use = { signInToken, recoveryCode: recoveryCodes[3] ?? '' };
  return { userId, knock: async (by = web) => tokenOf(await by.auth.useRecoveryCode(use)) };
}

export async function beforeResyncFactor(world: DoorWorld): Promise<Ready> {
  const { server, web, admin } = world;
  const { userId, username, oneTimePassword } = await world.newPerson();
  await firstSignIn(server, web, username, oneTimePassword);
  const seed = Buffer.from(userId.slice(-20));
  const kind = Method.METHOD_HOTP;
  const { factor } = await admin().importFactor({ userId, kind, secret: otpCodes.base32(seed) });
  const { signInToken } = stage(await web.auth.startSignIn({ username, password: PASSWORD }), 'challenge');
  const [firstCode, secondCode] = [20, 21].map((counter) => codeAt(seed, { algorithm: 'SHA1', digits: 6 }, counter));
  const two = {
    signInToken,
    factorId: factor?.factorId ?? '',
    firstCode: firstCode ?? '',
    secondCode: secondCode ?? '',
  };
  return { userId, knock: async (by = web) => tokenOf(await by.auth.resyncFactor(two)) };
}

export async function beforeConfirmEnrollment(world: DoorWorld): Promise<Ready> {
  const { server, web } = world;
  const { userId, username, oneTimePassword } = await world.newPerson();
  const due = stage(await web.auth.startSignIn({ username, password: oneTimePassword }), 'passwordChange');
  const changed = await web.auth.changePassword({ signInToken: due.signInToken, newPassword: PASSWORD });
  const { signInToken } = stage(changed, 'enrollment');
  const shown = await web.auth.beginEnrollment({ signInToken });
  const code = codeFor(server, shown.secret);
  return { userId, knock: async (by = web) => tokenOf(await by.auth.confirmEnrollment({ signInToken, code })) };
}

export async function beforeReauthenticate(world: DoorWorld): Promise<Ready> {
  const { server, web, pastOneStep } = world;
  const { userId, username, oneTimePassword } = await world.newPerson();
  const phone = await firstSignIn(server, web, username, oneTimePassword);
  pastOneStep();
  const proof = { $case: 'code', value: codeFor(server, phone.secret) } as const;
  const knock = async (by = web): Promise<string> => {
    const answer = await by.withSession(phone.session).auth.reauthenticate({ proof });
    return answer.session?.sessionToken ?? '';
  };
  return { userId, knock };
}

export async function beforeOwnPasswordChange(world: DoorWorld): Promise<Ready> {
  const { server, web } = world;
  const { userId, username, oneTimePassword } = await world.newPerson();
  const phone = await firstSignIn(server, web, username, oneTimePassword);
  const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
  return {
    userId,
    knock: async (by = web) => tokenOf(await by.withSession(phone.session).auth.changePassword(change)),
  };
}

/** Two devices, and a session through the first one, which is about to go. */
async function withTwoDevices(world: DoorWorld) {
  const { server, web } = world;
  const { userId, username, oneTimePassword } = await world.newPerson();
  const phone = await firstSignIn(server, web, username, oneTimePassword);
  const own = web.withSession(phone.session);
  const { secret: second } = await own.auth.beginEnrollment({});
  await own.auth.confirmEnrollment({ code: codeFor(server, second) });
  const [first] = (await own.auth.listFactors({})).factors;
  return { userId, session: phone.session, factorId: first?.factorId ?? '' };
}

export async function beforeSuspendFactor(world: DoorWorld): Promise<Ready> {
  const { web } = world;
  const { userId, session: own, factorId } = await withTwoDevices(world);
  const suspend = async (by: Client) => (await by.withSession(own).auth.suspendFactor({ factorId })).session;
  return { userId, knock: async (by = web) => (await suspend(by))?.sessionToken ?? '' };
}

export async function beforeRemoveFactor(world: DoorWorld): Promise<Ready> {
  const { web } = world;
  const { userId, session: own, factorId } = await withTwoDevices(world);
  const remove = async (by: Client) => (await by.withSession(own).auth.removeFactor({ factorId })).session;
  return { userId, knock: async (by = web) => (await remove(by))?.sessionToken ?? '' };
}

/** While multi-factor authentication is off. */
export async function beforeStartSignIn(world: DoorWorld): Promise<Ready> {
  const { server, web } = world;
  const { userId, username, oneTimePassword } = await world.newPerson();
  await firstSignIn(server, web, username, oneTimePassword);
  return { userId, knock: async (by = web) => tokenOf(await by.auth.startSignIn({ username, password: PASSWORD })) };
}

/** While multi-factor authentication is off. */
export async function beforeDuePasswordChange(world: DoorWorld): Promise<Ready> {
  const { web } = world;
  const { userId, username, oneTimePassword } = await world.newPerson();
  const due = stage(await web.auth.startSignIn({ username, password: oneTimePassword }), 'passwordChange');
  const change = { signInToken: due.signInToken, newPassword: PASSWORD };
  return { userId, knock: async (by = web) => tokenOf(await by.auth.changePassword(change)) };
}
