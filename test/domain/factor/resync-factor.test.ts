import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resyncFactor } from '../../../src/domain/factor/resync-factor.js';
import { codeWait } from '../../../src/domain/lockout/wait-keys.js';
import { devicesOf, firstDevice } from '../../support/devices.js';
import { onEachEngine } from '../../support/engines.js';
import { addToken, codeOfNoCounter, type HardwareToken } from '../../support/hardware-token.js';
import { type House, MINUTE, openHouse, type Person } from '../../support/house.js';
import { refusal } from '../../support/refusal.js';

const NEXT = 1000;

let house: House;
let alice: Person;
let token: HardwareToken;

const challenge = async (): Promise<string> => (await house.challenges(alice.user, 1))[0] ?? '';
const resync = async (first: string, second: string, factorId = token.id, signInToken?: string) =>
  resyncFactor(house.needs)(house.call(), {
    token: { signInToken: signInToken ?? (await challenge()) },
    factorId,
    first,
    second,
  });
const pair = (first: number): [string, string] => [token.at(first), token.at(first + 1)];
const submit = async (code: string) =>
  house.verifyOtp(house.call(), { signInToken: await challenge(), code, factorId: undefined });
const lastCounter = async (): Promise<number | undefined> =>
  (await devicesOf(house, alice)).find(({ id }) => id === token.id)?.lastStep;
const failures = async (): Promise<number> =>
  (await house.reads(({ waits }) => waits.of(codeWait(alice.user.id), house.now())))?.failures ?? 0;

onEachEngine((engine) => {
  beforeEach(async () => {
    house = await openHouse(engine);
    alice = await house.person('alice');
    token = await addToken(house, alice, NEXT);
  });
  afterEach(() => house.close());

  describe('two codes, one after the other,', () => {
    test.each([0, 5, 6, 48])('%i presses ahead move the counter and open the session', async (ahead) => {
      const verdict = await resync(...pair(NEXT + ahead));
      expect(verdict).toMatchObject({
        proved: true,
        step: { next: 'session', opened: { session: { secondFactor: { kind: 'hotp', factorId: token.id } } } },
      });
      expect(await lastCounter()).toBe(NEXT + ahead + 1);
      const codes = house.printed.map(({ code }) => code);
      expect(codes).toEqual(expect.arrayContaining(['FACTOR_RESYNCED', 'SESSION_OPENED']));
    });

    test.each([50, 51, 500])('%i presses ahead are too far, and are one counted try', async (ahead) => {
      expect(await resync(...pair(NEXT + ahead))).toMatchObject({ because: 'INVALID_CODE' });
      expect(await lastCounter()).toBe(NEXT - 1);
      expect(await failures()).toBe(1);
    });

    test('are both spent: neither of them, nor what lies before, opens anything again', async () => {
      await resync(...pair(NEXT + 20));
      for (const counter of [NEXT + 20, NEXT + 21, NEXT + 15])
        expect(await submit(token.at(counter))).toMatchObject({ because: 'INVALID_CODE' });
      expect(await lastCounter()).toBe(NEXT + 21);
      expect(await submit(token.at(NEXT + 22))).toMatchObject({ proved: true });
    });

    test('never go back', async () => {
      await submit(token.at(NEXT + 5));
      for (const first of [NEXT - 10, NEXT, NEXT + 4, NEXT + 5])
        expect(await resync(...pair(first))).toMatchObject({ because: 'INVALID_CODE' });
      expect(await lastCounter()).toBe(NEXT + 5);
    });

    test('do not work twice', async () => {
      const codes = pair(NEXT + 30);
      await resync(...codes);
      expect(await resync(...codes)).toMatchObject({ because: 'INVALID_CODE' });
    });

    test('must be consecutive, and in their order', async () => {
      const [first, second] = pair(NEXT + 10);
      expect(await resync(first, token.at(NEXT + 12))).toMatchObject({ because: 'INVALID_CODE' });
      expect(await resync(second, first)).toMatchObject({ because: 'INVALID_CODE' });
      expect(await resync(first, first)).toMatchObject({ because: 'INVALID_CODE' });
      expect(await lastCounter()).toBe(NEXT - 1);
      expect(await failures()).toBe(3);
    });

    test('clear the failures before them', async () => {
      await submit(token.at(NEXT + 10));
      await submit(token.at(NEXT + 11));
      expect(await failures()).toBe(2);
      await resync(...pair(NEXT + 12));
      expect(await failures()).toBe(0);
    });
  });

  describe('guessing two codes', () => {
    test('climbs the ladder of codes: six wrong pairs start a wait, and the right pair is not looked at in it', async () => {
      const wrong = codeOfNoCounter(token, NEXT);
      for (let n = 1; n <= 5; n++) expect(await resync(wrong, wrong)).toMatchObject({ because: 'INVALID_CODE' });
      expect(await resync(wrong, wrong)).toMatchObject({ because: 'LOCKED_OUT', details: { retryAfter: MINUTE } });
      const before = house.looks();
      await expect(resync(...pair(NEXT + 10))).rejects.toThrow(refusal('LOCKED_OUT'));
      expect(house.looks()).toBe(before);
    });

    test('of a phone, of a device that is not there, or of another person is a wrong code like any other', async () => {
      const bob = await house.person('bob');
      const others = await addToken(house, bob, NEXT);
      const phone = await firstDevice(house, alice);
      const answers = [
        await resync(house.code(alice), house.code(alice, 1), phone),
        await resync(...pair(NEXT), '00000000000000000000000000'),
        await resync(others.at(NEXT), others.at(NEXT + 1), others.id),
      ];
      for (const answer of answers) expect(answer).toMatchObject({ because: 'INVALID_CODE' });
      expect(await failures()).toBe(3);
    });
  });

  describe('in a session', () => {
    test('moves the counter and proves nothing: no step, no other token, no fresher proof', async () => {
      const caller = await house.caller(alice);
      house.pass(5 * MINUTE);
      const [first, second] = pair(NEXT + 40);
      const asked = { token: { caller }, factorId: token.id, first, second };
      expect(await resyncFactor(house.needs)(house.call(), asked)).toEqual({ proved: true, step: undefined });
      expect(await lastCounter()).toBe(NEXT + 41);
      const [session] = await house.reads(({ sessions }) =>
        sessions.list({ userId: alice.user.id, now: 0, seenAfter: 0 }, { limit: 10, after: undefined }),
      );
      expect(session).toMatchObject({ token: caller.active.session.token, provedAt: caller.active.session.provedAt });
    });
  });

  test('at a challenge whose token is dead is not looked at', async () => {
    const before = house.looks();
    await expect(resync(...pair(NEXT), token.id, 'ssi_none')).rejects.toThrow(refusal('SIGN_IN_EXPIRED'));
    expect(house.looks()).toBe(before);
  });
});
