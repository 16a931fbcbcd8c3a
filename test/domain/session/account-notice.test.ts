import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AUDIT } from '../../../src/domain/audit/audit-codes.js';
import { withoutCall } from '../../../src/domain/audit/audit-of.js';
import type { Caller } from '../../../src/domain/call.js';
import { expireSignIns, listOwnEvents, resetPassword, startSignIn } from '../../../src/domain/index.js';
import { type AccountNotice, MOST_LOOKED_AT, MOST_TOLD } from '../../../src/domain/session/account-notice.js';
import { onEachEngine } from '../../support/engines.js';
import { type House, MINUTE, openHouse, PASSWORD, type Person } from '../../support/house.js';

onEachEngine((engine) => {
  let house: House;
  let alice: Person;
  beforeEach(async () => {
    house = await openHouse(engine);
    alice = await house.person('alice');
  });
  afterEach(() => house.close());

  /** Signs in by the phone: what its owner is told. */
  const told = async (who = alice): Promise<AccountNotice> => {
    house.pass(MINUTE);
    const [signInToken = ''] = await house.challenges(who.user, 1);
    const verdict = await house.verifyOtp(house.call(), { signInToken, code: house.code(who), factorId: undefined });
    if (!verdict.proved || verdict.step.next !== 'session') throw new Error('expected a session');
    const { notice } = verdict.step.opened;
    if (!notice) throw new Error('expected a notice');
    return notice;
  };
  const guess = (password: string) => startSignIn(house.needs)(house.call(), { name: 'alice', password });
  const happened = (code: string, count: number) =>
    house.sound(async ({ audit }) => {
      const event = withoutCall(
        { at: house.now(), code: code as never, outcome: 'failure', subject: alice.user.id },
        '',
      );
      for (let n = 0; n < count; n++) await audit.append({ ...event, address: `192.0.2.${n}`, componentId: 'console' });
    });

  describe('the notice at sign-in', () => {
    test('tells the sign-in before, the failures since, and nothing twice', async () => {
      expect(await told()).toEqual({ previous: undefined, failuresSince: 0, passwordProvedOnly: [] });
      const at = house.now();
      house.pass(1);
      for (let n = 0; n < 3; n++) await guess('wrong');
      const [signInToken = ''] = await house.challenges(alice.user, 1);
      await house.verifyOtp(house.call(), { signInToken, code: house.wrongCode(alice), factorId: undefined });

      expect(await told()).toMatchObject({ previous: { at, address: '192.0.2.1' }, failuresSince: 4 });
      expect(await told()).toMatchObject({ previous: { at: house.now() - MINUTE }, failuresSince: 0 });
    });

    test('tells of a right password that no second factor followed, with where it came from', async () => {
      await told();
      await guess(PASSWORD);
      house.pass(5 * MINUTE);
      const at = house.now();
      await expireSignIns(house.needs)(10);

      const { passwordProvedOnly, failuresSince } = await told();
      expect(passwordProvedOnly).toEqual([{ at, address: '192.0.2.1', componentId: 'console' }]);
      expect(failuresSince).toBe(0);
      expect((await told()).passwordProvedOnly).toEqual([]);
    });

    test('tells nothing of another account', async () => {
      const bob = await house.person('bob');
      await told(bob);
      for (let n = 0; n < 3; n++) await guess('wrong');
      expect(await told(bob)).toMatchObject({ failuresSince: 0, passwordProvedOnly: [] });
    });

    test('is bounded: so many events are looked at, the newest of them are told', async () => {
      await told();
      house.pass(MINUTE);
      await happened(AUDIT.INVALID_CODE, MOST_LOOKED_AT - 5);
      await happened(AUDIT.PASSWORD_PROVED_ONLY, MOST_TOLD + 5);
      const notice = await told();
      expect(notice.failuresSince).toBe(MOST_LOOKED_AT - MOST_TOLD - 5);
      expect(notice.passwordProvedOnly).toHaveLength(MOST_TOLD);
      expect(notice.passwordProvedOnly[0]).toMatchObject({ address: `192.0.2.${MOST_TOLD + 4}` });
    });
  });

  describe('own events', () => {
    const list = (caller: Caller, limit = 50, after?: number) => listOwnEvents(house.needs)(caller, { limit, after });

    test('are those of the account, newest first, page by page', async () => {
      await guess('wrong');
      const caller = await house.caller(alice);
      await house.caller(await house.person('bob'));
      const events = await list(caller);
      expect(events.map(({ code }) => code)).toEqual([AUDIT.SESSION_OPENED, AUDIT.INVALID_PASSWORD]);
      const [newest] = await list(caller, 1);
      expect(await list(caller, 1, newest?.sequence)).toEqual(events.slice(1));
    });

    test('do not tell where an administrator sits who changed the account', async () => {
      const caller = await house.caller(alice);
      const root = await house.caller(await house.administrator());
      await resetPassword(house.needs)({ ...root, address: '203.0.113.99' }, alice.user.id);
      const [newest] = await list(caller);
      expect(newest).toMatchObject({ code: AUDIT.PASSWORD_RESET, address: undefined, componentId: undefined });
      expect(Object.keys(newest ?? {}).sort()).toEqual(
        ['address', 'at', 'clockOffset', 'code', 'componentId', 'reason', 'sequence'].sort(),
      );
    });
  });
});
