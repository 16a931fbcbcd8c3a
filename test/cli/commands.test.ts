import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Admin, Auth } from '../../src/client/index.js';
import { FakeNo } from '../client/fake-server.js';
import { commandLine } from './command-line.js';

const notFound = () => new FakeNo('NOT_FOUND', 'NOT_FOUND', 'No such thing.');
const id = '01k0000000000000000000000a';

describe('users', () => {
  test('are listed page by page, aligned, in UTC, and cannot move the cursor', async () => {
    const pages = [
      {
        users: [{ username: 'alice', displayName: 'Alice\u001b[31m\n\u202eevil', enrolled: true }],
        nextPageToken: '2',
      },
      { users: [{ username: '後藤', displayName: 'G', roleIds: ['a', 'b'], lastSignInTime: new Date(1000) }] },
    ];
    const { sallyport, fake } = await commandLine({ admin: { listUsers: () => pages.shift() ?? {} } });
    const { stdout } = await sallyport('users list --prefix a --state active');
    expect(stdout.split('\n')).toEqual([
      'NAME   DISPLAY NAME               STATE  ENROLLED  ROLES  LAST SIGN-IN          USER ID',
      'alice  Alice\\e[31m\\n\\u{202e}evil  -      yes       -      -                     -',
      '後藤   G                          -      no        a, b   1970-01-01 00:00:01Z  -',
      '',
    ]);
    expect(fake.calls.map(({ request }) => request['pageToken'])).toEqual(['', '2']);
    expect(fake.calls[0]?.request).toMatchObject({ usernamePrefix: 'a', state: Admin.UserState.USER_STATE_ACTIVE });
  });

  test('are JSON for scripts, with every field', async () => {
    const { sallyport } = await commandLine({ admin: { listUsers: () => ({ users: [{ username: 'alice' }] }) } });
    const { stdout } = await sallyport('users list --json');
    expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ username: 'alice', enrolled: false, roleIds: [] })]);
  });

  test('are created with roles by name, or by id where no role has the name', async () => {
    const { sallyport, fake } = await commandLine({
      admin: {
        getRole: ({ role }) => {
          if (role?.value === 'Backup Viewer') return { role: { roleId: 'backup-viewer' } };
          if (role?.$case === 'roleId') return { role: { roleId: role.value } };
          throw notFound();
        },
        createUser: () => ({ user: { username: 'bob', userId: id }, oneTimePassword: 'otp-otp-otp' }),
      },
    });
    const { stdout } = await sallyport(
      'users create bob --role "Backup Viewer" --role tape-operator --email b@example',
    );
    expect(stdout).toContain('otp-otp-otp');
    expect(fake.calls.at(-1)?.request).toEqual({
      username: 'bob',
      displayName: '',
      email: 'b@example',
      roleIds: ['backup-viewer', 'tape-operator'],
    });
  });

  test('are found by name, and by id without asking', async () => {
    const { sallyport, fake } = await commandLine({
      admin: { getUser: () => ({ user: { userId: id } }), unlockUser: () => ({}) },
    });
    await sallyport('users unlock alice');
    await sallyport(`users unlock ${id}`);
    expect(fake.calls.map(({ rpc }) => rpc)).toEqual(['getUser', 'unlockUser', 'unlockUser']);
    expect(fake.calls.slice(1).map(({ request }) => request)).toEqual([{ userId: id }, { userId: id }]);
  });

  test('that are unlocked and still disabled are told of, with what helps', async () => {
    const waits = [
      { kind: Auth.Method.METHOD_PASSWORD, state: Admin.WaitState.WAIT_STATE_DISABLED },
      { kind: Auth.Method.METHOD_TOTP, state: Admin.WaitState.WAIT_STATE_OPEN },
    ];
    const { sallyport } = await commandLine({ admin: { unlockUser: () => ({ user: { waits } }) } });
    const { stdout } = await sallyport(`users unlock ${id}`);
    expect(stdout).toBe(
      `unlocked ${id}\nTheir password is still disabled. Type: sallyport users reset-password ${id}\n`,
    );
  });

  test('are changed in what is named only', async () => {
    const { sallyport, fake } = await commandLine({ admin: { updateUser: () => ({ user: { username: 'alice' } }) } });
    await sallyport(`users update ${id} --email ""`);
    expect(fake.calls[0]?.request).toMatchObject({ userId: id, user: { email: '' }, updateMask: ['email'] });
  });

  test('get an enrolment code from reset-mfa', async () => {
    const { sallyport } = await commandLine({
      admin: { resetMfa: () => ({ user: { username: 'alice' }, enrollmentCode: 'ABCD-EFGH-JKMN-PQRS' }) },
    });
    expect((await sallyport(`users reset-mfa ${id}`)).stdout).toMatch(/enrolment code: +ABCD-EFGH-JKMN-PQRS/);
  });
});

describe('mfa', () => {
  test('on names the groups in the way', async () => {
    const { sallyport } = await commandLine({
      admin: {
        updateMfaPolicy: () => {
          throw new FakeNo('FAILED_PRECONDITION', 'GROUPS_PRESENT', 'Groups exist.', { groups: ['operators'] });
        },
      },
    });
    const { exitCode, stderr } = await sallyport('mfa on');
    expect(exitCode).toBe(6);
    expect(stderr).toBe(
      'sallyport: Groups exist. operators: delete it (GROUPS_PRESENT) Type: sallyport groups delete NAME\n',
    );
  });

  test('preview changes nothing and tells who has no factor', async () => {
    const preview = {
      peopleWithoutFactor: [{ username: 'bob', enrollUntilTime: new Date(0) }],
      groups: [{ name: 'operators' }],
    };
    const { sallyport, fake } = await commandLine({ admin: { updateMfaPolicy: () => ({ preview }) } });
    const { stdout } = await sallyport('mfa preview');
    expect(fake.calls[0]?.request).toMatchObject({ validateOnly: true, updateMask: ['mfa_switch'] });
    expect(stdout).toMatch(/1970-01-01 00:00Z {2}bob/);
    expect(stdout).toContain('operators');
  });

  test('set reads lengths and words, and names what it changes', async () => {
    const { sallyport, fake } = await commandLine({ admin: { updateMfaPolicy: () => ({ policy: {} }) } });
    await sallyport('mfa set --session-idle-timeout 15m --enrollment-proof code-always');
    expect(fake.calls[0]?.request).toMatchObject({
      policy: { sessionIdleTimeoutSeconds: 900n, enrollmentProof: 2 },
      updateMask: ['session_idle_timeout_seconds', 'enrollment_proof'],
    });
    const { exitCode, stderr } = await sallyport('mfa set --enrollment-proof never');
    expect({ exitCode, asked: fake.calls.length }).toEqual({ exitCode: 2, asked: 1 });
    expect(stderr).toContain('code-after-reset, code-always, password');
  });
});

describe('components keys create', () => {
  const answers = () => ({
    admin: { createComponentKey: () => ({ componentKey: 'spk_secret', key: { keyId: id } }) },
  });

  test('prints the key alone on its line', async () => {
    const { sallyport } = await commandLine(answers());
    expect((await sallyport(`components keys create ${id}`)).stdout).toBe('spk_secret\n');
  });

  test('writes it to a new file for its owner only, which other commands read', async () => {
    const { sallyport, fake, home } = await commandLine(answers());
    const { stdout } = await sallyport(`components keys create ${id} --out console.key`);
    expect(stdout).not.toContain('spk_secret');
    expect(readFileSync(join(home, 'console.key'), 'utf8')).toBe('spk_secret\n');
    expect(statSync(join(home, 'console.key')).mode & 0o777).toBe(0o600);
    await sallyport(`components keys create ${id} --component-key-file console.key`);
    expect(fake.calls.at(-1)?.componentKey).toBe('spk_secret');
  });

  test('makes no key where the file is there already', async () => {
    const { sallyport, fake, home } = await commandLine(answers());
    writeFileSync(join(home, 'console.key'), 'old');
    expect((await sallyport(`components keys create ${id} --out console.key`)).exitCode).toBe(2);
    expect(fake.calls).toEqual([]);
    expect(readFileSync(join(home, 'console.key'), 'utf8')).toBe('old');
  });
});

test('audit takes times in UTC, several codes and a limit over pages', async () => {
  const event = { sequence: 7n, code: '40206', outcome: Admin.AuditOutcome.AUDIT_OUTCOME_FAILURE, subject: 'alice' };
  const { sallyport, fake } = await commandLine({
    admin: {
      listAuditEvents: ({ pageSize }) => ({ events: Array(Math.min(pageSize, 2)).fill(event), nextPageToken: 'n' }),
    },
  });
  const { stdout } = await sallyport('audit --since "2026-01-31 14:00" --code 40206 --code 40205 --limit 3');
  expect(stdout.split('\n')).toHaveLength(5);
  expect(stdout).toMatch(/7 +- +40206 +failure +- +- +alice/);
  expect(fake.calls.map(({ request }) => request['pageSize'])).toEqual([3, 1]);
  expect(fake.calls[0]?.request).toMatchObject({
    startTime: new Date('2026-01-31T14:00:00Z'),
    codes: ['40206', '40205'],
  });
  expect((await sallyport('audit --since yesterday')).exitCode).toBe(2);
});

test('audit finds who by name, and takes what is no name of a user as it is', async () => {
  const { sallyport, fake } = await commandLine({
    admin: {
      getUser: ({ user }) => {
        if (user?.value === 'alice') return { user: { userId: id } };
        throw notFound();
      },
      listAuditEvents: () => ({}),
    },
  });
  await sallyport('audit --actor host --subject alice');
  expect(fake.calls.map(({ rpc }) => rpc)).toEqual(['getUser', 'listAuditEvents']);
  expect(fake.calls.at(-1)?.request).toMatchObject({ actor: 'host', subject: id });
});

test('audit takes a name as it is from whoever may not look up users', async () => {
  const { sallyport, fake } = await commandLine({
    admin: {
      getUser: () => {
        throw new FakeNo('PERMISSION_DENIED', 'PERMISSION_MISSING', 'You lack users.read.');
      },
      listAuditEvents: () => ({}),
    },
  });
  await sallyport('audit --subject some-component');
  expect(fake.calls.at(-1)?.request).toMatchObject({ subject: 'some-component' });
});

test('a thousand things in the way are one line that can be read', async () => {
  const groups = Array.from({ length: 1000 }, (_, index) => `group ${index}`);
  const { sallyport } = await commandLine({
    admin: {
      updateMfaPolicy: () => {
        throw new FakeNo('FAILED_PRECONDITION', 'GROUPS_PRESENT', 'Groups exist.', { groups });
      },
    },
  });
  const { stderr } = await sallyport('mfa on');
  expect(stderr).toContain('and 990 more. (GROUPS_PRESENT)');
  expect(stderr.length).toBeLessThan(500);
});

test('groups, roles, sessions and components answer an empty list as none', async () => {
  const { sallyport } = await commandLine({
    admin: { listGroups: () => ({}), listRoles: () => ({}), listSessions: () => ({}), listComponents: () => ({}) },
  });
  for (const thing of ['groups', 'roles', 'sessions', 'components']) {
    expect(await sallyport(`${thing} list`)).toEqual({ exitCode: 0, stdout: '(none)\n', stderr: '' });
    expect((await sallyport(`${thing} list --json`)).stdout).toBe('[]\n');
  }
});
