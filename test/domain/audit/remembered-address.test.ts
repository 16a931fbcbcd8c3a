import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../../src/domain/audit/audit-event.js';
import { type Call, remembered } from '../../../src/domain/call.js';
import { useRecoveryCode } from '../../../src/domain/index.js';
import { typedRecoveryCode } from '../../../src/domain/recovery/typed-recovery-code.js';
import { type House, openHouse, type Person } from '../../support/house.js';

// Sign-ins of the house were begun by somebody at this address.
const PERSON = '192.0.2.1';
const WEB_SERVER = '198.51.100.7';

let house: House;
let alice: Person;
beforeEach(async () => {
  house = await openHouse('sqlite');
  alice = await house.person('alice');
});
afterEach(() => house.close());

/** A call whose connection comes from the machine of the component. */
const through = (component: string): Call => ({ ...house.call(component), address: WEB_SERVER, peer: WEB_SERVER });
const places = (): Pick<AuditEvent, 'code' | 'address' | 'peer'>[] =>
  house.printed.map(({ code, address, peer }) => ({ code, address, peer }));

async function verify(component: string, code: string): Promise<void> {
  const [signInToken = ''] = await house.challenges(alice.user, 1, component);
  await house.verifyOtp(through(component), { signInToken, code, factorId: undefined });
}

describe('what happens to a sign-in is told of', () => {
  test('the person’s machine, and of the component’s beside it', async () => {
    await verify('web-ui', house.wrongCode(alice));
    await verify('web-ui', house.code(alice));
    await verify('web-ui', house.code(alice));
    const codes = ['40205', 'SESSION_OPENED', '40207'];
    expect(places()).toEqual(codes.map((code) => ({ code, address: PERSON, peer: WEB_SERVER })));
  });

  test('the person’s machine, where a recovery code is looked at', async () => {
    const [signInToken = ''] = await house.challenges(alice.user, 1, 'web-ui');
    const code = typedRecoveryCode('01-ABCD-EFGH-JKMN-PQRS');
    if (!code) throw new Error('no recovery code');
    await useRecoveryCode(house.needs)(through('web-ui'), { signInToken, code });
    expect(places()).toEqual([{ code: '40205', address: PERSON, peer: WEB_SERVER }]);
  });

  test('the connection alone, where no component stands between', async () => {
    await verify('local', house.wrongCode(alice));
    expect(places()).toEqual([{ code: '40205', address: WEB_SERVER, peer: undefined }]);
  });
});

test('what is remembered of a session replaces nothing but the address', () => {
  const call = through('console');
  expect(remembered(call, { address: PERSON })).toEqual({ ...call, address: PERSON });
});
