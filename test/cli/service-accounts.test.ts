import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Auth } from '../../src/client/index.js';
import { FakeNo } from '../client/fake-server.js';
import { commandLine } from './command-line.js';

const id = '01k0000000000000000000000a';
const owner = '01k0000000000000000000000b';
const until = new Date('2027-01-31T00:00:00Z');

const machine = {
  username: 'nightly',
  userId: id,
  kind: Auth.UserKind.USER_KIND_SERVICE_ACCOUNT,
  kindReason: 'jobs at\u001b[2J night',
  ownerUserId: owner,
  endTime: until,
  serviceSecretCount: 2,
};

const getUser = ({ user }: { user?: { $case: string; value: unknown } | undefined }) =>
  user?.value === 'carol' || user?.value === owner
    ? { user: { username: 'carol', userId: owner } }
    : { user: { username: 'nightly', userId: id } };

describe('service-accounts', () => {
  test('set says why, until when and who answers for it, and what comes next', async () => {
    const { sallyport, fake } = await commandLine({ admin: { getUser, setServiceAccount: () => ({}) } });
    const { stdout } = await sallyport(
      'service-accounts set nightly --owner carol --reason "jobs at night" --until 2027-01-31',
    );
    expect(stdout).toContain('sallyport service-accounts secrets create nightly');
    expect(fake.calls.at(-1)?.request).toMatchObject({
      userId: id,
      kind: Auth.UserKind.USER_KIND_SERVICE_ACCOUNT,
      ownerUserId: owner,
      reason: 'jobs at night',
      endTime: until,
    });
  });

  test('unset prints what the person needs to come in, once', async () => {
    const setServiceAccount = () => ({ user: { username: 'nightly' }, oneTimePassword: 'otp', enrollmentCode: 'code' });
    const { sallyport, fake } = await commandLine({ admin: { getUser, setServiceAccount } });
    const { stdout } = await sallyport('service-accounts unset nightly --reason "no more jobs"');
    expect(stdout).toMatch(/one-time password: +otp/);
    expect(stdout).toMatch(/enrolment code: +code/);
    expect(fake.calls.at(-1)?.request).toMatchObject({ kind: Auth.UserKind.USER_KIND_PERSON, ownerUserId: '' });
  });

  test('are listed without people, with the name of who answers for them', async () => {
    const listUsers = () => ({ users: [{ username: 'alice' }, machine] });
    const { sallyport } = await commandLine({ admin: { getUser, listUsers } });
    const { stdout } = await sallyport('service-accounts list');
    expect(stdout).not.toContain('alice');
    expect(stdout.split('\n')[1]).toMatch(/^nightly +- +jobs at\\e\[2J night +carol +2027-01-31 00:00:00Z +2 /);
  });

  test('need an owner and a reason', async () => {
    const { sallyport, fake } = await commandLine({ admin: { getUser } });
    for (const missing of ['--owner carol', '--reason x'])
      expect(await sallyport(`service-accounts set nightly ${missing}`)).toMatchObject({ exitCode: 2 });
    expect(fake.calls).toEqual([]);
  });
});

test('users list --exempt says who gets in without a second factor, and why', async () => {
  const users = [{ username: 'alice' }, machine, { ...machine, ownerUserId: '01k0000000000000000000000c' }];
  const { sallyport, fake } = await commandLine({
    admin: {
      listUsers: () => ({ users }),
      getUser: (asked) => {
        if (asked.user?.value === owner) return getUser(asked);
        throw new FakeNo('NOT_FOUND', 'NOT_FOUND', 'No such user.');
      },
    },
  });
  const { stdout } = await sallyport('users list --exempt');
  const [, alice, nightly, orphan] = stdout.split('\n');
  expect(alice).toMatch(/^alice +multi-factor authentication is off +- +- +- /);
  expect(nightly).toMatch(/^nightly +service account: jobs at\\e\[2J night +carol +2027-01-31 00:00:00Z +2 /);
  expect(orphan).toContain('01k0000000000000000000000c (gone)');
  expect(fake.calls[0]?.request).toMatchObject({ exempt: true });
});

describe('service-accounts secrets', () => {
  const admin = {
    getUser,
    getComponent: () => ({ component: { componentId: 'rest-api' } }),
    createServiceSecret: () => ({ serviceSecret: { secretId: 's1' }, secret: 'sps_once' }),
  };
  const create =
    'service-accounts secrets create nightly --component rest-api --network 192.0.2.0/24 --network ::1/128';

  test('are made and printed once, alone on a line', async () => {
    const { sallyport, fake } = await commandLine({ admin });
    expect((await sallyport(create)).stdout).toBe('sps_once\n');
    expect(fake.calls.at(-1)?.request).toMatchObject({
      userId: id,
      componentIds: ['rest-api'],
      networks: ['192.0.2.0/24', '::1/128'],
    });
  });

  test('are written to a new file of their owner, and to no other', async () => {
    const { sallyport, home, fake } = await commandLine({ admin });
    const file = join(home, 'secret');
    const made = await sallyport(`${create} --out secret`);
    expect(made.stdout).toBe('wrote secret s1 to secret\n');
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['sps_once\n', 0o600]);
    const calls = fake.calls.length;
    expect(await sallyport(`${create} --out secret`)).not.toMatchObject({ exitCode: 0 });
    expect(fake.calls.slice(calls).filter(({ rpc }) => rpc.endsWith('CreateServiceSecret'))).toEqual([]);
  });

  test('are listed and revoked', async () => {
    const listed = { secretId: 's1', componentIds: ['shell'], networks: ['0.0.0.0/0'], expireTime: until };
    const { sallyport, fake } = await commandLine({
      admin: { getUser, listServiceSecrets: () => ({ serviceSecrets: [listed] }), revokeServiceSecret: () => ({}) },
    });
    const { stdout } = await sallyport('service-accounts secrets list nightly');
    expect(stdout.split('\n')[1]).toMatch(/^s1 +shell +0\.0\.0\.0\/0 +- +2027-01-31 00:00:00Z +-$/);
    expect((await sallyport('service-accounts secrets revoke s1')).stdout).toBe('revoked s1\n');
    expect(fake.calls.at(-1)?.request).toEqual({ secretId: 's1' });
  });
});

test('login --service-account takes the secret from stdin, unseen in argv, and keeps the session', async () => {
  const session = { sessionToken: 'sst_machine', expireTime: new Date(3_600_000) };
  const { sallyport, fake, sessionFile } = await commandLine({ auth: { signInServiceAccount: () => ({ session }) } });
  const { exitCode, stdout } = await sallyport('login nightly --service-account --password-stdin', 'sps_secret');
  expect([exitCode, stdout]).toEqual([0, '']);
  expect(fake.calls.at(-1)?.request).toMatchObject({ username: 'nightly', secret: 'sps_secret' });
  expect(readFileSync(sessionFile, 'utf8')).toContain('sst_machine');
});
