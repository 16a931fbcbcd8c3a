import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as domain from '../../../src/domain/index.js';
import { BACKUP_ADMINISTRATOR } from '../../../src/domain/role/permissions.js';
import { onEachEngine } from '../../support/engines.js';
import { PASSWORD } from '../../support/house.js';
import { mustRefuse, NOBODY } from '../administration/office.js';
import { codesOf, DAY, type MachineRoom, openMachineRoom } from './machine-room.js';

onEachEngine((engine) => {
  let room: MachineRoom;
  beforeAll(async () => {
    room = await openMachineRoom(engine);
  });
  afterAll(() => room.house.close());

  /** Everything of a user that proves something, by table. */
  const proofsOf = (userId: string) =>
    room.house.reads(async ({ passwords, factors, enrollmentCodes, recoveryCodes, serviceSecrets, sessions }) => ({
      password: (await passwords.of(userId))?.kind,
      factors: (await factors.of(userId)).length,
      enrollmentCode: (await enrollmentCodes.of(userId)) !== undefined,
      recoveryCodes: await recoveryCodes.left(userId),
      secrets: (await serviceSecrets.of(userId)).length,
      sessions: (await sessions.list({ userId, now: 0, seenAfter: 0 }, { limit: 10, after: undefined })).length,
    }));
  const NOTHING = { password: undefined, factors: 0, enrollmentCode: false, recoveryCodes: 0, secrets: 0, sessions: 0 };

  describe('a person who becomes a service account', () => {
    test('keeps nothing that was proved before, in one unit with an event', async () => {
      const who = await room.house.person('alice');
      const session = await room.house.session(who);
      await domain.createEnrollmentCode(room.house.needs)(room.asRoot(), who.user.id);
      const [challenge = ''] = await room.house.challenges(who.user, 1);

      const born = room.house.now();
      const codes = await codesOf(room.house, () => room.toMachine(who));

      expect(codes).toEqual(['PASSWORD_PROVED_ONLY', '40204']);
      expect(await proofsOf(who.user.id)).toEqual(NOTHING);
      expect(await room.isActive(session)).toBe(false);
      room.house.pass(30_000);
      const code = { signInToken: challenge, code: room.house.code(who), factorId: undefined };
      await mustRefuse(room.house.verifyOtp(room.house.call(), code), 'SIGN_IN_EXPIRED');
      const { user } = await room.ask.getUser(room.asRoot(), { id: who.user.id });
      expect(user).toMatchObject({ kind: 'service-account', kindReason: 'nightly jobs', ownerId: room.root.user.id });
      expect(user.endsAt).toBe(born + 365 * DAY);
      expect(user.enrolledAt).toBeUndefined();
    });

    test('looks at the door of people like an unknown name, the old password right or wrong', async () => {
      const who = await room.machine();
      const start = (name: string, password: string) => room.ask.startSignIn(room.house.call(), { name, password });
      const unknown = await start('nobody at all', PASSWORD);
      expect(unknown).toEqual({ proved: false, because: 'INVALID_CREDENTIALS', details: {} });
      expect(await start(who.user.name, PASSWORD)).toEqual(unknown);
      expect(await start(who.user.name, 'wrong')).toEqual(unknown);
      const { token } = await room.secretOf(who);
      expect(await start(who.user.name, token)).toEqual(unknown);
    });

    test('ends at most two years away', async () => {
      const who = await room.house.person('dora', { enrolled: false });
      const now = room.house.now();
      for (const endsAt of [now, now - 1, now + 732 * DAY]) {
        await mustRefuse(room.toMachine(who, { endsAt }), 'FIELDS_INVALID');
      }
      expect((await room.toMachine(who, { endsAt: now + 730 * DAY })).view.user.endsAt).toBe(now + 730 * DAY);
    });

    test('has somebody else who answers for it: a person, there and active', async () => {
      const who = await room.house.person('erin', { enrolled: false });
      const gone = await room.house.person('gone', { enrolled: false });
      await room.ask.disableUser(room.asRoot(), gone.user.id);
      const machine = await room.machine();
      for (const ownerId of [who.user.id, gone.user.id, machine.user.id])
        await mustRefuse(room.toMachine(who, { ownerId }), 'NOT_FOUND');
      await mustRefuse(room.toMachine(who, { ownerId: NOBODY }), 'NOT_FOUND');
    });
  });

  describe('a service account that becomes a person again', () => {
    test('gets a one-time password and an enrolment code, and keeps no secret and no session', async () => {
      const who = await room.house.person('frank');
      await room.toMachine(who);
      const { token } = await room.secretOf(who);
      const session = await room.knock(who, token);
      expect(await room.isActive(session)).toBe(true);

      const back = await room.toPerson(who);

      expect(back.oneTimePassword).toMatch(/^(\w{4}-){5}\w{4}$/);
      expect(back.enrollmentCode).toMatch(/^(\w{4}-){3}\w{4}$/);
      expect(await proofsOf(who.user.id)).toEqual({ ...NOTHING, password: 'one-time', enrollmentCode: true });
      expect([await room.isActive(session), await room.knock(who, token)]).toEqual([false, 'INVALID_CREDENTIALS']);
      expect(back.view.user).toMatchObject({
        kind: 'person',
        ownerId: undefined,
        endsAt: undefined,
        kindReason: 'left',
      });
      const old = await room.ask.startSignIn(room.house.call(), { name: 'frank', password: PASSWORD });
      expect(old).toMatchObject({ because: 'INVALID_CREDENTIALS' });
      const first = { name: 'frank', password: back.oneTimePassword ?? '' };
      expect(await room.ask.startSignIn(room.house.call(), first)).toMatchObject({ step: { next: 'password_change' } });
      expect(room.house.printed.at(-1)?.code).toBe('PASSWORD_PROVED');
    });

    test('finds the way through a disabled code wait open again', async () => {
      const who = await room.house.person('gina');
      await room.house.sound(async ({ waits }) => {
        const key = { subject: Buffer.from(who.user.id), kind: 'code' } as const;
        for (let failure = 1; failure <= 100; failure++) await waits.reserve(key, room.house.now());
        await waits.keep(key, room.house.now());
      });
      await room.toMachine(who);
      const { waits } = (await room.toPerson(who)).view;
      expect([...(waits ?? [])].filter(([, { failures }]) => failures > 0)).toEqual([]);
    });
  });

  describe('is refused', () => {
    test('on oneself, and for who is not there', async () => {
      const asked = { kind: 'service-account', reason: 'x', ownerId: room.root.user.id, endsAt: undefined } as const;
      await mustRefuse(room.ask.set(room.asRoot(), { ...asked, userId: room.root.user.id }), 'NOT_ON_YOURSELF');
      await mustRefuse(room.ask.set(room.asRoot(), { ...asked, userId: NOBODY }), 'NOT_FOUND');
    });

    test('where no administrator who can sign in would be left', async () => {
      const other = await room.house.administrator('other-root');
      await room.house.sound(async ({ factors }) => {
        for (const { id } of await factors.of(room.root.user.id)) await factors.suspend(id);
      });
      await mustRefuse(room.toMachine(other), 'LAST_ADMINISTRATOR');
      await room.house.sound(async ({ factors }) => {
        for (const { id } of await factors.of(room.root.user.id)) await factors.resume(id);
      });
      expect((await room.toMachine(other)).view.user.kind).toBe('service-account');
    });

    test('without mfa.manage, which no service account ever uses', async () => {
      const machine = await room.machine([BACKUP_ADMINISTRATOR]);
      const { token } = await room.secretOf(machine, { componentIds: ['local'] });
      const session = await room.knock(machine, token, room.at('local'));
      const active = await room.house.readActiveSession({ token: session });
      if (!active) throw new Error('the session does not hold');
      const asked = { userId: NOBODY, kind: 'person', reason: 'x', ownerId: undefined, endsAt: undefined } as const;
      const caller = { ...room.house.call('local'), active };
      await mustRefuse(room.ask.set(caller, asked), 'PERMISSION_MISSING');
      expect([...active.permissions].filter((name) => name.endsWith('.write')).sort()).toEqual([
        'backup.write',
        'credentials.write',
      ]);
      expect(active.permissions.has('mfa.manage')).toBe(false);
    });
  });

  test('the preview of the switch names who is exempt, why and until when', async () => {
    const who = await room.machine();
    const update = domain.updateMfaPolicy(room.house.needs);
    const { preview } = await update(room.asRoot(), { on: true }, true);
    expect(preview?.moreExempt).toBe(false);
    const exempt = preview?.exempt.find(({ id }) => id === who.user.id);
    expect(exempt).toMatchObject({ kindReason: 'nightly jobs', endsAt: room.house.now() + 365 * DAY });
    expect(preview?.people.map(({ user }) => user.id)).not.toContain(who.user.id);
  });

  test('who gets in without a second factor today: service accounts, and people once it is off', async () => {
    const names = async () =>
      (await room.ask.listUsers(room.asRoot(), { exempt: true }, { limit: 100, after: undefined })).map(
        ({ user }) => user.name,
      );
    const [active, ended, disabled] = [await room.machine(), await room.machine(), await room.machine()];
    await room.toMachine(ended, { endsAt: room.house.now() + DAY });
    await room.ask.disableUser(room.asRoot(), disabled.user.id);
    const person = await room.house.person('hugo');
    expect(await names()).toEqual(expect.arrayContaining([active.user.name, ended.user.name]));
    room.house.pass(DAY);

    const withMfa = await names();
    await room.house.sound(({ policy }) => policy.update({ on: false }));
    const withoutMfa = await names();
    await room.house.sound(({ policy }) => policy.update({ on: true }));

    expect(withMfa).toContain(active.user.name);
    for (const { user } of [ended, disabled, person]) expect(withMfa).not.toContain(user.name);
    expect(withoutMfa).toEqual(expect.arrayContaining([active.user.name, person.user.name, 'root']));
    for (const { user } of [ended, disabled]) expect(withoutMfa).not.toContain(user.name);
  });
});
