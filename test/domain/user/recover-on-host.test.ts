import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as domain from '../../../src/domain/index.js';
import { BACKUP_ADMINISTRATOR } from '../../../src/domain/role/permissions.js';
import { type CanonicalName, canonicalName } from '../../../src/domain/user/canonical-name.js';
import { RECOVERY_LIFETIME } from '../../../src/domain/user/recover-on-host.js';
import { onEachEngine } from '../../support/engines.js';
import { type House, MINUTE, openHouse, type Person } from '../../support/house.js';

const HOST = { operator: 'root@backup1', command: 'sallyport recover' };

onEachEngine((engine) => {
  let house: House;
  let people = 0;
  beforeAll(async () => {
    house = await openHouse(engine);
  });
  afterAll(() => house.close());

  const nameOf = ({ user }: Person): CanonicalName => canonicalName(user.name) as CanonicalName;
  const somebody = (roles: readonly string[] = []): Promise<Person> => house.person(`somebody-${++people}`, { roles });
  const recover = (who: Person, keepFactors = false) =>
    domain.recoverOnHost(house.needs)(HOST, nameOf(who), keepFactors);
  const start = (who: Person, password: string) =>
    domain.startSignIn(house.needs)(house.call(), { name: who.user.name, password });
  const stored = (who: Person) => house.reads(({ users }) => users.byId(who.user.id));
  const failures = async (who: Person): Promise<number[]> =>
    [...(await house.reads(({ waits }) => waits.ofUser(who.user, house.now()))).values()].map((row) => row.failures);

  async function stageOf(who: Person, password: string): Promise<string> {
    const verdict = await start(who, password);
    return verdict.proved ? verdict.step.next : verdict.because;
  }

  /** At the hundredth failure of both ladders. */
  async function disabled(who: Person): Promise<void> {
    for (const key of [
      { subject: who.user.lockKey, kind: 'password' },
      { subject: Buffer.from(who.user.id), kind: 'code' },
    ] as const)
      for (let failure = 1; failure <= 100; failure++)
        await house.sound(async ({ waits }) => {
          await waits.reserve(key, house.now());
          await waits.keep(key, house.now());
        });
  }

  describe('recovered on the host', () => {
    test('a person gets both codes for fifteen minutes; factors, sessions and waits are gone', async () => {
      const who = await somebody([BACKUP_ADMINISTRATOR]);
      const token = await house.session(who);
      await disabled(who);
      const { oneTimePassword, enrollmentCode, expiresAt } = await recover(who);
      expect(expiresAt).toBe(house.now() + RECOVERY_LIFETIME);
      expect(enrollmentCode).toMatch(/^(\w{4}-){3}\w{4}$/);
      expect(await failures(who)).toEqual([0, 0]);
      expect(await house.readActiveSession({ token })).toBeUndefined();
      expect(await house.reads(({ factors }) => factors.of(who.user.id))).toEqual([]);
      expect(await house.reads(({ enrollmentCodes }) => enrollmentCodes.of(who.user.id))).toMatchObject({ expiresAt });
      expect(await stageOf(who, oneTimePassword)).toBe('password_change');
    });

    test('a person whose fifteen minutes are over gets in by nothing', async () => {
      const who = await somebody([BACKUP_ADMINISTRATOR]);
      const { oneTimePassword } = await recover(who);
      house.pass(15 * MINUTE - 1);
      expect(await stageOf(who, oneTimePassword)).toBe('password_change');
      house.pass(1);
      expect(await stageOf(who, oneTimePassword)).toBe('INVALID_CREDENTIALS');
    });

    test('a reset by an administrator afterwards has its whole time again', async () => {
      const [who, root] = [await somebody(), await house.person(`root-${++people}`, { roles: [BACKUP_ADMINISTRATOR] })];
      await recover(who);
      const reset = await domain.resetPassword(house.needs)(await house.caller(root), who.user.id);
      house.pass(60 * MINUTE);
      expect(await stageOf(who, reset.oneTimePassword)).toBe('password_change');
    });

    test('who was disabled is enabled', async () => {
      const who = await somebody();
      await house.sound(({ users }) => users.setState(who.user.id, 'disabled'));
      const { oneTimePassword } = await recover(who);
      expect(await stored(who)).toMatchObject({ state: 'active', enrolledAt: undefined });
      expect(await stageOf(who, oneTimePassword)).toBe('password_change');
    });

    test('who keeps the factors is asked for a code after the new password, although codes were disabled', async () => {
      const who = await somebody();
      await disabled(who);
      const { oneTimePassword, enrollmentCode } = await recover(who, true);
      expect(enrollmentCode).toBeUndefined();
      expect(await failures(who)).toEqual([0, 0]);
      expect(await house.reads(({ factors }) => factors.of(who.user.id))).toHaveLength(1);
      expect(await stageOf(who, oneTimePassword)).toBe('challenge');
    });

    test('leaves one event of the host, which waits to be acknowledged', async () => {
      const who = await somebody();
      const before = house.printed.length;
      await recover(who);
      expect(house.printed.slice(before)).toMatchObject([
        {
          code: 'RECOVERED_ON_HOST',
          actor: 'host',
          subject: who.user.id,
          address: HOST.operator,
          rpc: HOST.command,
          changedFields: ['password', 'factors'],
          acknowledgementDue: true,
        },
      ]);
    });

    test('nobody is whose name is not there, and no service account', async () => {
      const unknown = domain.recoverOnHost(house.needs)(HOST, canonicalName('nobody at all') as CanonicalName, false);
      await expect(unknown).rejects.toMatchObject({ reason: 'NOT_FOUND' });
      const account = { ...(await somebody()).user, id: house.needs.randomness.newId(), name: 'robot' };
      const lockKey = house.needs.tokenHashes.lockKey('robot');
      await house.sound(({ users }) => users.insert({ ...account, lockKey, kind: 'service-account' }));
      const robot = domain.recoverOnHost(house.needs)(HOST, canonicalName('robot') as CanonicalName, false);
      await expect(robot).rejects.toMatchObject({ reason: 'SERVICE_ACCOUNT_REFUSED' });
    });
  });

  describe('unlocked on the host', () => {
    const unlock = (who: Person) => domain.unlockOnHost(house.needs)(HOST, nameOf(who));

    test('a person waits no more, with an event that waits to be acknowledged', async () => {
      const who = await somebody();
      const wrong = () => start(who, 'wrong').catch(() => undefined);
      for (let failure = 1; failure <= 6; failure++) await wrong();
      expect(await unlock(who)).toEqual({ name: who.user.name, disabled: [] });
      expect(house.printed.at(-1)).toMatchObject({
        code: 'UNLOCKED_ON_HOST',
        actor: 'host',
        subject: who.user.id,
        acknowledgementDue: true,
      });
      expect(await failures(who)).toEqual([0]);
    });

    test('what is disabled stays so, and is named', async () => {
      const who = await somebody();
      await disabled(who);
      const { disabled: still } = await unlock(who);
      expect([...still].sort()).toEqual(['code', 'password']);
    });
  });
});
