import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sallyport as Client } from '../../src/client/index.js';
import { readContract } from '../support/contract.js';
import { onEachEngine } from '../support/engines.js';
import { requireTools, skipsForbidden } from '../support/foreign.js';
import { type FreshDatabase, freshDatabase } from '../support/mariadb.js';
import { clientOf, codeFor, firstAdministrator } from '../support/people.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';
import { atHost } from './at-host.js';
import { blocksOf, sectionOf } from './markdown.js';
import { commandsOf } from './reader.js';

const guide = readFileSync('docs/guide.md', 'utf8');
const drill = blocksOf(sectionOf(guide, 'A lost administrator'))
  .flatMap(commandsOf)
  .map(({ command }) => command)
  .filter((command) => command.endsWith(' administrator'));

const MINUTES = 60_000;
const field = (shown: string, name: string): string => new RegExp(`^${name}: +(\\S+)$`, 'm').exec(shown)?.[1] ?? '';

const isRoot = process.getuid?.() === 0;
if (!isRoot) {
  if (skipsForbidden()) throw new Error('the drill as another user of the system needs root');
  console.warn('SKIPPED: the drill as another user of the system, which needs root');
}

describe.runIf(requireTools('oathtool'))('the only administrator has lost password and phone', () => {
  onEachEngine((engine) => {
    let server: Sallyport;
    let database: FreshDatabase | undefined;
    let client: Client;
    let host: ReturnType<typeof atHost>;
    let lost: { session: string; secret: string };

    beforeAll(async () => {
      database = engine === 'mariadb' ? await freshDatabase() : undefined;
      server = await startSallyport(database ? { database: database.url } : {});
      client = clientOf(server);
      lost = await firstAdministrator(server, client);
      host = atHost(server, database?.url);
    });
    afterAll(async () => {
      client?.close();
      await server?.stop();
      await database?.drop();
    });

    const recover = async () => {
      const shown = await host.type('sallyport recover administrator');
      return { shown, password: field(shown, 'one-time password'), code: field(shown, 'enrolment code') };
    };
    const start = async (password: string) =>
      (await client.auth.startSignIn({ username: 'administrator', password })).step?.step;

    /** Through the one-time password to a token that may enrol. */
    async function atEnrollment(password: string): Promise<string> {
      const due = await start(password);
      if (due?.$case !== 'passwordChange') throw new Error(`expected a password change, got ${due?.$case}`);
      const newPassword = 'another sparrow lantern';
      const { step } = await client.auth.changePassword({ signInToken: due.value.signInToken, newPassword });
      if (step?.step?.$case !== 'enrollment') throw new Error(`expected enrolment, got ${step?.step?.$case}`);
      return step.step.value.signInToken;
    }

    test('and is back by the commands of the guide, with a new password and a new phone', async () => {
      expect(drill).toEqual(['sallyport recover administrator', 'sallyport login administrator']);
      const began = performance.now();
      let shown = '';
      for (const command of drill) shown = await host.type(command);
      expect(shown).toContain('Your phone is enrolled.');
      expect(shown).toContain('Signed in as administrator');
      expect(performance.now() - began).toBeLessThan(5 * MINUTES);
      const old = client.auth.validateSession({ sessionToken: lost.session });
      await expect(old).rejects.toMatchObject({ reason: 'SESSION_INACTIVE' });
    });

    test('whose one-time password and enrolment code are good once', async () => {
      const { password, code } = await recover();
      const signInToken = await atEnrollment(password);
      await expect(start(password)).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
      const { secret } = await client.auth.beginEnrollment({ signInToken, enrollmentCode: code });
      await client.auth.confirmEnrollment({ signInToken, code: codeFor(server, secret) });
      const again = await recover();
      const second = await atEnrollment(again.password);
      const used = client.auth.beginEnrollment({ signInToken: second, enrollmentCode: code });
      await expect(used).rejects.toMatchObject({ reason: 'ENROLLMENT_CODE_INVALID' });
    });

    test('whose one-time password and enrolment code end after fifteen minutes', async () => {
      const first = await recover();
      const signInToken = await atEnrollment(first.password);
      const second = await recover();
      server.setClock(15 * MINUTES + 1000);
      await expect(start(second.password)).rejects.toMatchObject({ reason: 'INVALID_CREDENTIALS' });
      const late = client.auth.beginEnrollment({ signInToken, enrollmentCode: first.code });
      await expect(late).rejects.toMatchObject({ status: 'UNAUTHENTICATED' });
      server.setClock(0);
    });

    test('whose codes are in no log of the service', () => {
      expect(server.output()).not.toMatch(/([0-9A-Z]{4}-){3}[0-9A-Z]{4}/);
    });

    test('and nobody helps over the network: no method makes codes for who has no session', () => {
      const offers = readContract().filter(
        ({ name, answerFields }) =>
          name.startsWith('auth/') && (answerFields.has('one_time_password') || answerFields.has('enrollment_code')),
      );
      expect(offers).toEqual([]);
    });

    test.runIf(isRoot)('and another user of the system is refused', () => {
      const shown = asNobody(server, host);
      expect(shown.status).not.toBe(0);
      expect(shown.stdout).toBe('');
      expect(shown.stderr).toMatch(/sallyport: .*(cannot be read \(EACCES\)|permission denied)/i);
    });

    test('and a copy of the database without its key file is refused', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'sallyport-stolen-'));
      try {
        await expectRefusedCopy(folder);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    async function expectRefusedCopy(folder: string): Promise<void> {
      if (!database) cpSync(join(server.folder, 'data'), join(folder, 'data'), { recursive: true, filter: isNoSocket });
      const stolen = { ...host.env, SALLYPORT_DATA_DIR: join(folder, 'data') };
      const without = program(['recover', 'administrator'], {
        ...stolen,
        SALLYPORT_KEY_FILE: join(folder, 'keys', 'none'),
      });
      expect(without).toMatchObject({ status: 2, stdout: '' });
      expect(without.stderr).toContain('There is no key file');
      // With a key file of the thief's own.
      const other = await startSallyport();
      mkdirSync(join(folder, 'keys'), { mode: 0o700 });
      copyFileSync(join(other.folder, 'keys', 'sallyport.keys'), join(folder, 'keys', 'own'));
      chmodSync(join(folder, 'keys', 'own'), 0o600);
      await other.stop();
      const withOther = program(['recover', 'administrator'], {
        ...stolen,
        SALLYPORT_KEY_FILE: join(folder, 'keys', 'own'),
      });
      expect(withOther).toMatchObject({ status: 2, stdout: '' });
      expect(withOther.stderr).toContain('belongs to another key file');
    }
  });
});

const isNoSocket = (path: string): boolean => !path.endsWith('.sock');

const program = (argv: readonly string[], env: NodeJS.ProcessEnv, more: object = {}) =>
  spawnSync(process.execPath, ['.build/src/sallyport.cjs', ...argv], { env, encoding: 'utf8', ...more });

/** As uid 65534: the program and its settings are readable, data and keys are the service's. */
function asNobody(server: Sallyport, { env }: ReturnType<typeof atHost>) {
  chmodSync(server.folder, 0o755);
  return program(['recover', 'administrator'], env, { uid: 65_534, gid: 65_534 });
}
