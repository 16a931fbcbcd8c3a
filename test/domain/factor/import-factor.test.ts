import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeAt, otpCodes } from '../../../src/crypto/otp-codes.js';
import type { Caller } from '../../../src/domain/call.js';
import type { Token } from '../../../src/domain/factor/import-factor.js';
import * as domain from '../../../src/domain/index.js';
import { addDevice, devicesOf } from '../../support/devices.js';
import { onEachEngine } from '../../support/engines.js';
import { type House, MINUTE, openHouse, PASSWORD, type Person, SHAPE } from '../../support/house.js';
import { refusal } from '../../support/refusal.js';
import { NOBODY } from '../administration/office.js';

const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const token: Token = { kind: 'hotp', secret: SEED, label: 'fob 17', shape: SHAPE, counter: 40 };

let house: House;
let root: Person;
let caller: Caller;
let alice: Person;

const give = (userId: string, more: Partial<Token> = {}, by = caller) =>
  domain.importFactor(house.needs)(by, userId, { ...token, ...more });
const codeOf = (counter: number): string => codeAt(otpCodes.parseBase32(SEED) ?? new Uint8Array(), SHAPE, counter);
const start = (name: string) => domain.startSignIn(house.needs)(house.call(), { name, password: PASSWORD });

onEachEngine((engine) => {
  beforeEach(async () => {
    house = await openHouse(engine);
    root = await house.administrator();
    caller = await house.caller(root);
    alice = await house.person('alice', { enrolled: false });
  });
  afterEach(() => house.close());

  describe('a token whose seed is known', () => {
    test('makes its user enrolled, from the counter that was named: its first code opens a session', async () => {
      expect(await start('alice')).toMatchObject({ step: { next: 'enrollment' } });
      const { factor, state } = await give(alice.user.id);
      expect({ ...factor, state }).toMatchObject({ kind: 'hotp', label: 'fob 17', lastStep: 39, state: 'active' });
      const verdict = await start('alice');
      if (!verdict.proved || verdict.step.next !== 'challenge') throw new Error('no challenge');
      expect(verdict.step.factors).toMatchObject([{ factorId: factor.id, kind: 'hotp', usable: true }]);
      const typed = { signInToken: verdict.step.token, code: codeOf(40), factorId: undefined };
      expect(await house.verifyOtp(house.call(), typed)).toMatchObject({ proved: true, step: { next: 'session' } });
    }, 30_000);

    test('shuts every enrolment that was open: who has the password alone gets no phone beside it', async () => {
      const verdict = await start('alice');
      if (!verdict.proved || verdict.step.next !== 'enrollment') throw new Error('no enrolment');
      await give(alice.user.id);
      const begun = domain.beginEnrollment(house.needs)(house.call(), {
        token: { signInToken: verdict.step.token },
        enrollmentCode: undefined,
        label: 'phone',
        shape: SHAPE,
      });
      await expect(begun).rejects.toThrow();
      expect(await devicesOf(house, alice)).toHaveLength(1);
    });

    test('leaves an audit row with its kind, and no trace of the seed', async () => {
      await give(alice.user.id, { kind: 'totp' });
      const row = house.printed.at(-1);
      expect(row).toMatchObject({ code: 'FACTOR_IMPORTED', subject: alice.user.id, factorKind: 'totp' });
      expect(JSON.stringify(house.printed)).not.toContain(SEED);
      expect((await devicesOf(house, alice))[0]).toMatchObject({ kind: 'totp', lastStep: -1 });
    });

    test.each(['not base32!', '', 'JBSWY3DPEHPK3PXP', 'A'.repeat(105)])(
      'is refused where the seed is malformed, too short or too long: %j',
      async (secret) => {
        await expect(give(alice.user.id, { secret })).rejects.toMatchObject({
          reason: 'FIELDS_INVALID',
          details: { fields: [{ field: 'secret' }] },
        });
        expect(await devicesOf(house, alice)).toEqual([]);
      },
    );

    test('may be written in small letters, in groups and padded; it is the same secret, and refused twice', async () => {
      await give(alice.user.id);
      const spelt = SEED.toLowerCase().replace(/(.{4})/g, '$1 ');
      await expect(give(alice.user.id, { secret: spelt })).rejects.toThrow(refusal('NAME_TAKEN'));
      await expect(give(alice.user.id, { secret: `${SEED}======`, kind: 'totp' })).rejects.toThrow(
        refusal('NAME_TAKEN'),
      );
    });

    test('is the fourth device at most', async () => {
      for (let n = 1; n <= 3; n++) await addDevice(house, alice);
      await give(alice.user.id);
      const fifth = give(alice.user.id, { secret: 'KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU' });
      await expect(fifth).rejects.toThrow(refusal('LIMIT_REACHED'));
    });

    test('is given by who may, with a fresh proof, to others and below oneself only, and to people', async () => {
      await expect(give(NOBODY)).rejects.toThrow(refusal('NOT_FOUND'));
      await expect(give(root.user.id)).rejects.toThrow(refusal('NOT_ON_YOURSELF'));
      const guard = await house.caller(await house.person('guard', { roles: ['security-administrator'] }));
      await expect(give(alice.user.id, {}, guard)).rejects.toThrow(refusal('PERMISSION_MISSING'));
      const about = { ownerId: undefined, endsAt: undefined, reason: 'machine', warnedDays: undefined };
      await house.sound(({ users }) => users.setKind(alice.user.id, 'service-account', about));
      await expect(give(alice.user.id)).rejects.toThrow(refusal('SERVICE_ACCOUNT_REFUSED'));
      house.pass(10 * MINUTE + 1);
      await expect(give(root.user.id)).rejects.toThrow(refusal('STEP_UP_REQUIRED'));
    });
  });
});
