import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as domain from '../../../src/domain/index.js';
import type { HashQueue } from '../../../src/domain/ports.js';
import { onEachEngine } from '../../support/engines.js';
import { MINUTE, PASSWORD } from '../../support/house.js';
import { mustRefuse, NOBODY } from '../administration/office.js';
import { DAY, type MachineRoom, openMachineRoom } from './machine-room.js';

onEachEngine((engine) => {
  let room: MachineRoom;
  beforeAll(async () => {
    room = await openMachineRoom(engine);
  });
  afterAll(() => room.house.close());

  const eventOf = () => {
    const { code, outcome, reason, subject } = room.house.printed.at(-1) ?? {};
    return { code, outcome, reason, subject };
  };

  describe('a right secret', () => {
    test('opens a session of an hour, through its component and from its network', async () => {
      const who = await room.machine(['backup-operator']);
      const { id, token } = await room.secretOf(who);
      const verdict = await room.ask.signIn(room.at(), { name: who.user.name, secret: token });
      if (!verdict.proved) throw new Error(verdict.because);

      const { session } = verdict.opened;
      expect(session).toMatchObject({ kind: 'service-account', serviceSecretId: id, componentId: 'rest-api' });
      expect(session.expiresAt).toBe(room.house.now() + 60 * MINUTE);
      expect([session.passwordAt, session.secondFactor]).toEqual([undefined, undefined]);
      expect(eventOf()).toMatchObject({ code: 'SESSION_OPENED', subject: who.user.id });
      const active = await room.house.readActiveSession({ token: verdict.opened.token });
      expect(active?.user.kind).toBe('service-account');
      expect([...(active?.permissions ?? [])]).toContain('backup.run');
      const [listed] = await room.ask.listSecrets(room.asRoot(), who.user.id);
      expect(listed?.lastUsedAt).toBe(room.house.now());
    });

    test('is refused through others and from elsewhere, by name and with an event', async () => {
      const who = await room.machine();
      const { token } = await room.secretOf(who, { componentIds: ['rest-api', 'console'] });
      const refusals = [
        // Not named by the secret; named, but its policy admits people only.
        [room.at('shell'), 'COMPONENT_REFUSED'],
        [room.at('console'), 'COMPONENT_REFUSED'],
        [room.at('rest-api', '192.0.3.1'), 'NETWORK_REFUSED'],
        [room.at('rest-api', 'unix'), 'NETWORK_REFUSED'],
        [room.at('rest-api', '::1'), 'NETWORK_REFUSED'],
      ] as const;
      for (const [call, reason] of refusals) {
        expect(await room.knock(who, token, call)).toBe(reason);
        expect(eventOf()).toEqual({ code: 'CALL_REFUSED', outcome: 'refused', reason, subject: who.user.id });
      }
      expect(await room.isActive(await room.knock(who, token, room.at('rest-api', '::ffff:192.0.2.9')))).toBe(true);
    });

    test('comes through a unix socket where loopback was named', async () => {
      const who = await room.machine();
      for (const network of ['127.0.0.0/8', '::1/128']) {
        const { token } = await room.secretOf(who, { componentIds: ['local'], networks: [network] });
        expect(await room.knock(who, token, room.at('local', 'unix'))).toMatch(/^sst_/);
      }
    });

    test('is one of several, each with an end of its own', async () => {
      const who = await room.machine();
      const [short, long] = [
        await room.secretOf(who, { expiresAt: room.house.now() + 10 * MINUTE }),
        await room.secretOf(who),
      ];
      const [first, second] = [await room.knock(who, short.token), await room.knock(who, long.token)];
      expect([await room.isActive(first), await room.isActive(second)]).toEqual([true, true]);

      room.house.pass(10 * MINUTE);

      expect([await room.isActive(first), await room.isActive(second)]).toEqual([false, true]);
      expect(await room.knock(who, short.token)).toBe('INVALID_CREDENTIALS');
      expect(eventOf()).toMatchObject({ code: 'SERVICE_SECRET_OVER', outcome: 'failure' });
      expect(await room.knock(who, long.token)).toMatch(/^sst_/);
    });

    test('opens nothing for an account that is disabled or has ended', async () => {
      const [disabled, ended] = [await room.machine(), await room.machine()];
      await room.toMachine(ended, { endsAt: room.house.now() + 10 * MINUTE });
      const [one, two] = [await room.secretOf(disabled), await room.secretOf(ended)];
      const [first, second] = [await room.knock(disabled, one.token), await room.knock(ended, two.token)];
      expect([await room.isActive(first), await room.isActive(second)]).toEqual([true, true]);

      await room.ask.disableUser(room.asRoot(), disabled.user.id);
      room.house.pass(10 * MINUTE);

      expect([await room.isActive(first), await room.isActive(second)]).toEqual([false, false]);
      expect(await room.knock(disabled, one.token)).toBe('INVALID_CREDENTIALS');
      expect(await room.knock(ended, two.token)).toBe('INVALID_CREDENTIALS');
      await mustRefuse(room.secretOf(ended), 'NOT_FOUND');
    });
  });

  describe('a wrong secret', () => {
    test('is refused in one shape, whatever is wrong, and is an event each time', async () => {
      const [who, other] = [await room.machine(), await room.machine()];
      const [own, others] = [await room.secretOf(who), await room.secretOf(other)];
      const person = await room.house.person(`person-${other.user.id}`);
      const cut = own.token.slice(0, -1);
      const tried = [
        [who.user.name, `${cut}${own.token.endsWith('A') ? 'B' : 'A'}`],
        [who.user.name, cut],
        [who.user.name, 'sps_'],
        [who.user.name, others.token],
        [person.user.name, own.token],
        ['nobody at all', own.token],
      ] as const;
      for (const [name, secret] of tried) {
        const verdict = await room.ask.signIn(room.at(), { name, secret });
        expect([name, verdict]).toEqual([name, { proved: false, because: 'INVALID_CREDENTIALS', details: {} }]);
        expect(eventOf()).toMatchObject({ code: 'INVALID_SERVICE_SECRET', outcome: 'failure' });
      }
      expect(room.house.printed.at(-1)?.subject).toMatch(/^[0-9a-f]{32}$/);
    });

    test('locks nobody out, however often it is sent', async () => {
      const who = await room.machine();
      const { token } = await room.secretOf(who);
      for (let guess = 1; guess <= 20; guess++)
        expect(await room.knock(who, `${token.slice(0, -2)}${guess}`.slice(0, token.length))).toBe(
          'INVALID_CREDENTIALS',
        );
      expect(await room.knock(who, token)).toMatch(/^sst_/);
    });

    test('nor does a wait of the name at the door of people', async () => {
      const who = await room.machine();
      const { token } = await room.secretOf(who);
      const typed = { name: who.user.name, password: 'wrong' };
      for (let guess = 1; guess <= 6; guess++) await room.ask.startSignIn(room.house.call(), typed);
      await mustRefuse(room.ask.startSignIn(room.house.call(), typed), 'LOCKED_OUT');
      await mustRefuse(room.ask.signIn(room.at(), { name: who.user.name, secret: 'wrong' }), 'LOCKED_OUT');
      expect(await room.knock(who, token)).toMatch(/^sst_/);
    });
  });

  describe('a revoked secret', () => {
    test('is dead at once, and so are its sessions, and no others', async () => {
      const who = await room.machine();
      const [gone, kept] = [await room.secretOf(who), await room.secretOf(who)];
      const [dead, alive] = [await room.knock(who, gone.token), await room.knock(who, kept.token)];

      await room.ask.revoke(room.asRoot(), gone.id);

      expect([await room.isActive(dead), await room.isActive(alive)]).toEqual([false, true]);
      expect(await room.knock(who, gone.token)).toBe('INVALID_CREDENTIALS');
      expect((await room.ask.listSecrets(room.asRoot(), who.user.id)).map(({ id }) => id)).toEqual([kept.id]);
      await mustRefuse(room.ask.revoke(room.asRoot(), gone.id), 'NOT_FOUND');
      await mustRefuse(room.ask.revoke(room.asRoot(), NOBODY), 'NOT_FOUND');
    });

    test('leaves no session behind that was being born: validation looks at the secret itself', async () => {
      const who = await room.machine();
      for (let round = 1; round <= 5; round++) {
        const { id, token } = await room.secretOf(who);
        const [session] = await Promise.all([room.knock(who, token), room.ask.revoke(room.asRoot(), id)]);
        expect([round, await room.isActive(session)]).toEqual([round, false]);
      }
      const { id, token } = await room.secretOf(who);
      const session = await room.knock(who, token);
      await room.house.sound(({ serviceSecrets }) => serviceSecrets.revoke(id, room.house.now()));
      expect(await room.isActive(session)).toBe(false);
    });
  });

  describe('secrets', () => {
    test('are ten at most that can be used', async () => {
      const who = await room.machine();
      await room.secretOf(who, { expiresAt: room.house.now() + MINUTE });
      room.house.pass(MINUTE);
      for (let made = 1; made <= 10; made++) await room.secretOf(who);
      await mustRefuse(room.secretOf(who), 'LIMIT_REACHED');
    });

    test('end with their account, and at most two years away', async () => {
      const who = await room.machine();
      const now = room.house.now();
      await room.toMachine(who, { endsAt: now + 100 * DAY });
      await room.secretOf(who);
      const [secret] = await room.ask.listSecrets(room.asRoot(), who.user.id);
      expect(secret?.expiresAt).toBe(now + 100 * DAY);
      for (const expiresAt of [now, now + 101 * DAY, now + 732 * DAY])
        await mustRefuse(room.secretOf(who, { expiresAt }), 'FIELDS_INVALID');
    });

    test('are of service accounts only, for components that are there', async () => {
      const person = await room.house.person('irma');
      await mustRefuse(room.secretOf(person), 'NOT_FOUND');
      await mustRefuse(room.secretOf(await room.machine(), { componentIds: ['rest-api', NOBODY] }), 'NOT_FOUND');
      expect(await room.ask.listSecrets(room.asRoot(), person.user.id)).toEqual([]);
      await mustRefuse(room.ask.listSecrets(room.asRoot(), NOBODY), 'NOT_FOUND');
    });
  });

  describe('a password at this door', () => {
    // While MFA is on; while it is off.
    test.each([
      ['console', 'USE_START_SIGN_IN', 'USE_START_SIGN_IN'],
      ['config-restore', 'USE_START_SIGN_IN', 'USE_START_SIGN_IN'],
      ['rest-api', 'MFA_REQUIRED', 'USE_START_SIGN_IN'],
    ])('that is right is told through %s where to go, and counts no failure', async (component, on, off) => {
      const who = await room.house.person(`person-at-${component}`);
      const knock = () => room.knock(who, PASSWORD, room.at(component));
      const withMfa = await knock();
      const noted = room.house.printed.slice(-2).map(({ code, reason }) => [code, reason]);
      await room.house.sound(({ policy }) => policy.update({ on: false }));
      const withoutMfa = await knock();
      await room.house.sound(({ policy }) => policy.update({ on: true }));

      expect([withMfa, withoutMfa]).toEqual([on, off]);
      expect(noted).toEqual([
        ['CALL_REFUSED', on],
        ['PASSWORD_PROVED_ONLY', on],
      ]);
      const { waits } = await room.ask.getUser(room.asRoot(), { id: who.user.id });
      expect(waits?.get('password')?.failures ?? 0).toBe(0);
    });

    test('is refused where the component admits no people at all', async () => {
      const who = await room.house.person('jim');
      await room.house.sound(({ components }) => components.update('validator', { people: 'never' }));
      expect(await room.knock(who, PASSWORD, room.at('validator'))).toBe('COMPONENT_REFUSED');
    });

    test('that is wrong counts on the ladder of people, whoever is named', async () => {
      const machine = await room.machine();
      for (const name of ['karl', machine.user.name, 'nobody there']) {
        if (name === 'karl') await room.house.person(name);
        const said: string[] = [];
        for (let guess = 1; guess <= 6; guess++) {
          const verdict = await room.ask.signIn(room.at(), { name, secret: 'wrong' });
          said.push(verdict.proved ? 'opened' : verdict.because);
        }
        expect([name, said]).toEqual([name, [...Array(5).fill('INVALID_CREDENTIALS'), 'LOCKED_OUT']]);
        await mustRefuse(room.ask.startSignIn(room.house.call(), { name, password: PASSWORD }), 'LOCKED_OUT');
      }
    });

    test('costs one hash whoever is named, and a secret costs none', async () => {
      let hashes = 0;
      const enter: HashQueue['enter'] = () => {
        const place = room.house.needs.hashQueue.enter();
        const counted =
          <A extends unknown[], R>(run: (...args: A) => R) =>
          (...args: A): R => {
            hashes++;
            return run(...args);
          };
        return { ...place, verify: counted(place.verify), verifyDecoy: counted(place.verifyDecoy) };
      };
      const signIn = domain.signInServiceAccount({
        ...room.house.needs,
        hashQueue: { ...room.house.needs.hashQueue, enter },
      });
      const [person, machine] = [await room.house.person('lena'), await room.machine()];
      const { token } = await room.secretOf(machine);
      for (const name of [person.user.name, machine.user.name, 'nobody known']) {
        hashes = 0;
        await signIn(room.at(), { name, secret: 'wrong' });
        expect([name, hashes]).toEqual([name, 1]);
        hashes = 0;
        await signIn(room.at(), { name, secret: token });
        expect([name, hashes]).toEqual([name, 0]);
      }
    });
  });
});
