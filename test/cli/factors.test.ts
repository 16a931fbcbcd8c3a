import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Auth } from '../../src/client/index.js';
import { FakeNo } from '../client/fake-server.js';
import { commandLine } from './command-line.js';

const active = Auth.FactorState.FACTOR_STATE_ACTIVE;
const suspended = Auth.FactorState.FACTOR_STATE_SUSPENDED;
const kind = Auth.Method.METHOD_TOTP;
const phone = { factorId: 'f-1', label: 'old phone', kind, state: active, confirmTime: new Date(1000) };
const tablet = { factorId: 'f-2', label: 'tablet', kind, state: suspended };
const listed = { factors: [phone, tablet], recoveryCodesLeft: 7 };
const id = '01k0000000000000000000000a';

const opened = (sessionToken: string) => ({ sessionToken });
const signedIn = { startSignIn: () => ({ step: { step: { $case: 'session', value: opened('sst_1') } } }) as const };

/** A command line whose owner has signed in and has two devices. */
async function owner(answers: Parameters<typeof commandLine>[0]['auth'] = {}) {
  const line = await commandLine({ auth: { ...signedIn, listFactors: () => listed, ...answers } });
  await line.sallyport('login alice', 'pa55');
  const savedToken = () => JSON.parse(readFileSync(line.sessionFile, 'utf8'))[line.fake.address].token as string;
  return { ...line, savedToken };
}

test("one's own devices are listed, with how many recovery codes are left", async () => {
  const { sallyport } = await owner();
  const { stdout, stderr } = await sallyport('factors list');
  expect(stdout.split('\n')).toEqual([
    'LABEL      KIND  STATE      CONFIRMED             LAST USED  FACTOR ID',
    'old phone  totp  active     1970-01-01 00:00:01Z  -          f-1',
    'tablet     totp  suspended  -                     -          f-2',
    '',
  ]);
  expect(stderr).toContain('Recovery codes left: 7');
  expect(JSON.parse((await sallyport('factors list --json')).stdout)).toMatchObject([{ factorId: 'f-1' }, {}]);
});

test('a device is renamed by its label', async () => {
  const { sallyport, fake } = await owner({ renameFactor: () => ({ factor: phone }) });
  const { stdout } = await sallyport('factors rename "old phone" "new phone"');
  expect(stdout).toBe('renamed old phone to new phone\n');
  expect(fake.calls.at(-1)).toMatchObject({ rpc: 'renameFactor', request: { factorId: 'f-1', label: 'new phone' } });
});

test.each([
  ['suspend', 'suspendFactor', 'suspended tablet; your other sessions have ended\n'],
  ['remove', 'removeFactor', 'removed tablet; your other sessions have ended\n'],
] as const)('after %s the kept session goes on under its new token', async (verb, rpc, said) => {
  const { sallyport, fake, savedToken } = await owner({ [rpc]: () => ({ session: opened('sst_2') }) });
  const { exitCode, stdout } = await sallyport(`factors ${verb} tablet`);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: said });
  expect(fake.calls.at(-1)).toMatchObject({ rpc, session: 'sst_1', request: { factorId: 'f-2' } });
  expect(savedToken()).toBe('sst_2');
});

test('a device that is not there, or whose label two have, is none to act on', async () => {
  const { sallyport, fake } = await owner({
    listFactors: () => ({ factors: [phone, { ...tablet, label: 'old phone' }] }),
  });
  expect(await sallyport('factors remove nothing')).toMatchObject({
    exitCode: 8,
    stderr: expect.stringContaining('nothing'),
  });
  expect(await sallyport('factors remove "old phone"')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('id'),
  });
  expect(fake.calls.map(({ rpc }) => rpc)).not.toContain('removeFactor');
});

test('another phone is added in the kept session: its code is drawn, and its first code taken', async () => {
  const { sallyport, fake } = await owner({
    beginEnrollment: () => ({ secret: 'GEZDGNBV', otpauthUri: 'otpauth://totp/x?secret=GEZDGNBV' }),
    confirmEnrollment: () => ({ factor: phone }),
  });
  const { exitCode, stderr } = await sallyport('factors add --label tablet', '123456');
  expect(exitCode).toBe(0);
  expect(stderr).toContain('Secret: GEZDGNBV');
  const [begun, confirmed] = fake.calls.slice(-2);
  expect(begun).toMatchObject({ session: 'sst_1', request: { label: 'tablet', signInToken: '', enrollmentCode: '' } });
  expect(confirmed).toMatchObject({ session: 'sst_1', request: { code: '123456' } });
});

test.each([
  ['suspend', 'suspendUserFactor', 'suspended tablet of bob\n'],
  ['resume', 'resumeUserFactor', 'resumed tablet of bob\n'],
  ['remove', 'removeUserFactor', 'removed tablet of bob\n'],
] as const)('an administrator may %s the device of a user', async (verb, rpc, said) => {
  const { sallyport, fake } = await commandLine({
    admin: { getUser: () => ({ user: { userId: id } }), listUserFactors: () => listed, [rpc]: () => ({}) },
  });
  expect(await sallyport(`users factors ${verb} bob tablet`)).toMatchObject({ exitCode: 0, stdout: said });
  expect(fake.calls.at(-1)).toMatchObject({ rpc, request: { userId: id, factorId: 'f-2' } });
});

test('an administrator sees the devices of a user, and hears why the last one stays', async () => {
  const { sallyport } = await commandLine({
    admin: {
      listUserFactors: () => listed,
      removeUserFactor: () => {
        throw new FakeNo('FAILED_PRECONDITION', 'LAST_FACTOR', 'This is their last usable device.');
      },
    },
  });
  expect((await sallyport(`users factors list ${id}`)).stdout).toContain('tablet');
  const { exitCode, stderr } = await sallyport(`users factors remove ${id} f-1`);
  expect(exitCode).toBe(6);
  expect(stderr).toContain('last usable device');
});
