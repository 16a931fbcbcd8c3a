import { afterEach, beforeEach, expect, test } from 'vitest';
import { AUDIT } from '../../../src/domain/audit/audit-codes.js';
import type { Caller } from '../../../src/domain/call.js';
import { adminOperations, authOperations, expireSignIns } from '../../../src/domain/index.js';
import { fromBase32 } from '../../support/base32.js';
import { addDevice, firstDevice } from '../../support/devices.js';
import { type House, MINUTE, openHouse, PASSWORD, type Person, SHAPE } from '../../support/house.js';

const NEW_PASSWORD = 'copper meadow ribbon';

let house: House;
let alice: Person;
let own: Caller;
let root: Caller;
let token: string;

/** A thief has the password: a sign-in stands at the challenge, in which nothing more was proved. */
beforeEach(async () => {
  house = await openHouse('sqlite');
  alice = await house.person('alice');
  await addDevice(house, alice);
  own = await house.caller(alice);
  root = await house.caller(await house.administrator());
  token = await start();
});
afterEach(() => house.close());

async function start(): Promise<string> {
  const verdict = await authOperations(house.needs).startSignIn(house.call(), { name: 'alice', password: PASSWORD });
  if (!verdict.proved || verdict.step.next !== 'challenge') throw new Error('expected a challenge');
  return verdict.step.token;
}

const auth = () => authOperations(house.needs);
const admin = () => adminOperations(house.needs);
const id = (): string => alice.user.id;

/** Every way a sign-in ends unfinished. A new one joins here. */
const ENDS: Readonly<Record<string, () => Promise<unknown>>> = {
  'its time passes': async () => {
    house.pass(5 * MINUTE);
    await expireSignIns(house.needs)(10);
  },
  'ten newer ones began': async () => {
    for (let n = 1; n <= 10; n++) await start();
  },
  'wrong codes start a wait': async () => {
    const wrong = { signInToken: token, code: house.wrongCode(alice), factorId: undefined };
    for (let n = 1; n <= 6; n++) await house.verifyOtp(house.call(), wrong);
  },
  'its owner changes the password': () =>
    auth().changePassword(own, { caller: own, currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
  'its owner ends everything': () => auth().endSession(own, { which: 'all' }),
  'its owner suspends a device': async () => auth().suspendFactor(own, await firstDevice(house, alice)),
  'its owner removes a device': async () => auth().removeFactor(own, await firstDevice(house, alice)),
  'its owner confirms another device': async () => {
    const request = { token: { caller: own }, enrollmentCode: undefined, label: 'third', shape: SHAPE };
    const begun = await auth().beginEnrollment(own, request);
    if (!begun.proved) throw new Error(begun.because);
    const code = house.code({ ...alice, secret: fromBase32(begun.shown.secret) });
    await auth().confirmEnrollment(own, { token: { caller: own }, code });
  },
  'the password is reset': () => admin().resetPassword(root, id()),
  'the devices are reset': () => admin().resetMfa(root, id()),
  'a device is suspended by an administrator': async () =>
    admin().suspendUserFactor(root, id(), await firstDevice(house, alice)),
  'a device is removed by an administrator': async () =>
    admin().removeUserFactor(root, id(), await firstDevice(house, alice)),
  'everything is revoked': () => admin().revokeUserSessions(root, id()),
  'the user is disabled': () => admin().disableUser(root, id()),
  'the user is deleted': () => admin().deleteUser(root, id()),
  'the user becomes a service account': () =>
    admin().setServiceAccount(root, {
      userId: id(),
      kind: 'service-account',
      reason: 'a program',
      ownerId: root.active.user.id,
      endsAt: undefined,
    }),
};

test.each(Object.entries(ENDS))(
  'a right password that no second factor followed is an event once %s',
  async (_, end) => {
    await end();
    const events = house.printed.filter(({ code }) => code === AUDIT.PASSWORD_PROVED_ONLY);
    expect(events).toMatchObject([{ subject: id(), address: '192.0.2.1', componentId: 'console' }]);
  },
);
