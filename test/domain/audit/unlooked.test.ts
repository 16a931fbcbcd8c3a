import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as domain from '../../../src/domain/index.js';
import { codeWait, passwordWait } from '../../../src/domain/lockout/wait-keys.js';
import { type House, openHouse, PASSWORD, type Person } from '../../support/house.js';

let house: House;
let alice: Person;
beforeEach(async () => {
  house = await openHouse('sqlite');
  alice = await house.person('alice');
});
afterEach(() => house.close());

const twice = (note: () => void): void => {
  note();
  note();
};
const unlookedPasswords = () =>
  twice(() => house.needs.unlooked.note(passwordWait(house.needs.tokenHashes, alice.user.name)));
const unlookedCodes = () => twice(() => house.needs.unlooked.note(codeWait(alice.user.id)));

const start = (password = PASSWORD, component = 'console') =>
  domain.startSignIn(house.needs)(house.call(component), { name: 'alice', password });

async function verify(code: string): Promise<void> {
  const [signInToken = ''] = await house.challenges(alice.user, 1);
  await house.verifyOtp(house.call(), { signInToken, code, factorId: undefined });
}

const numbers = (code: string): number[] =>
  house.printed.filter((event) => event.code === code).map(({ unlooked }) => unlooked);

describe('the attempts inside a wait that nobody looked at are numbered once, by the next one looked at', () => {
  test.each([
    ['right', PASSWORD, 'console', 'PASSWORD_PROVED'],
    ['wrong', 'wrong', 'console', 'INVALID_PASSWORD'],
    ['right, where people may not come', PASSWORD, 'shell', 'CALL_REFUSED'],
  ])('a password that is %s', async (_how, password, component, code) => {
    unlookedPasswords();
    await start(password, component);
    await start(password, component);
    expect(numbers(code)).toEqual([2, 0]);
  });

  test('a right code, then a used one', async () => {
    const code = house.code(alice);
    unlookedCodes();
    await verify(code);
    expect(numbers('SESSION_OPENED')).toEqual([2]);
    unlookedCodes();
    await verify(code);
    expect(numbers('40207')).toEqual([2]);
  });

  test('a change of the password in a session', async () => {
    const caller = await house.caller(alice);
    unlookedPasswords();
    await domain.changePassword(house.needs)(caller, {
      caller,
      currentPassword: PASSWORD,
      newPassword: 'another granite sparrow',
    });
    expect(numbers('PASSWORD_CHANGED')).toEqual([2]);
  });

  test('a fresh proof by code', async () => {
    const caller = await house.caller(alice);
    house.pass(30_000);
    unlookedCodes();
    const code = { code: house.code(alice), factorId: undefined };
    await domain.reauthenticate(house.needs)(caller, { code });
    expect(numbers('STEP_UP_PROVED')).toEqual([2]);
  });
});
