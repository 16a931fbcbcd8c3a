import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyOtp } from '../../../src/domain/index.js';
import { codeWait } from '../../../src/domain/lockout/wait-keys.js';
import { Refusal } from '../../../src/domain/refusal.js';
import { addDevice, devicesOf } from '../../support/devices.js';
import { type House, openHouse, type Person } from '../../support/house.js';

let house: House;
let alice: Person;
let needs: House['needs'];
beforeEach(async () => {
  house = await openHouse('sqlite');
  alice = await house.person('alice');
  const { id } = await addDevice(house, alice);
  const open: typeof house.needs.envelope.open = (sealed, table, binding) => {
    if (binding.rowId === id) throw new Refusal('BACKEND_UNAVAILABLE');
    return house.needs.envelope.open(sealed, table, binding);
  };
  needs = { ...house.needs, envelope: { ...house.needs.envelope, open } };
});
afterEach(() => house.close());

test('where the secret of one device does not open, a right code of another is told no more than a wrong one', async () => {
  const [first] = await devicesOf(house, alice);
  for (const code of [house.code(alice, 1), house.wrongCode(alice)]) {
    const [signInToken = ''] = await house.challenges(alice.user, 1);
    const answer = verifyOtp(needs)(house.call(), { signInToken, code, factorId: undefined });
    await expect(answer).rejects.toMatchObject({ reason: 'BACKEND_UNAVAILABLE' });
  }
  expect((await devicesOf(house, alice))[0]?.lastStep).toBe(first?.lastStep);
  expect((await house.reads(({ waits }) => waits.of(codeWait(alice.user.id), house.now())))?.failures ?? 0).toBe(0);
});
