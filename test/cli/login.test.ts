import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Auth } from '../../src/client/index.js';
import { FakeNo } from '../client/fake-server.js';
import { commandLine } from './command-line.js';

const session = (sessionToken: string, notice?: Partial<Auth.AccountNotice>) =>
  ({ step: { step: { $case: 'session', value: { sessionToken, expireTime: new Date(3_600_000), notice } } } }) as const;

const challenge = (...factors: Partial<Auth.ChallengeFactor>[]) =>
  ({ step: { step: { $case: 'challenge', value: { signInToken: 'ssi_code', factors } } } }) as const;

const totp = { kind: Auth.Method.METHOD_TOTP, label: 'Pixel', usable: true };

const enrollment = (codeRequired: boolean) =>
  ({ step: { step: { $case: 'enrollment', value: { signInToken: 'ssi_enroll', codeRequired } } } }) as const;

describe('login', () => {
  test('does all that a first sign-in asks for, and keeps the session for its owner only', async () => {
    const { sallyport, fake, sessionFile } = await commandLine({
      auth: {
        startSignIn: () => ({
          step: { step: { $case: 'passwordChange', value: { signInToken: 'ssi_change', minimumLength: 12 } } },
        }),
        changePassword: () => enrollment(true),
        beginEnrollment: () => ({
          secret: 'JBSWY3DPEHPK3PXP',
          otpauthUri: 'otpauth://totp/Sallyport:alice?secret=JBSWY3DPEHPK3PXP&issuer=Sallyport',
          notices: ['Write it \u001b[2Jdown.'],
        }),
        confirmEnrollment: () => session('sst_1'),
      },
    });

    const lines = ['one-time', 'a new long password', 'a new long password', 'ABCD-EFGH', '123456'];
    const { exitCode, stdout, stderr } = await sallyport('login alice', ...lines);

    expect(exitCode).toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toContain('at least 12 characters');
    expect(stderr).toContain('JBSWY3DPEHPK3PXP');
    expect(stderr).toMatch(/█▀|▀█/);
    expect(stderr).toContain('Write it \\e[2Jdown.');
    expect(stderr).toContain('Signed in as alice, until 1970-01-01 01:00:00Z');
    expect(fake.calls.map(({ rpc }) => rpc)).toEqual([
      'startSignIn',
      'changePassword',
      'beginEnrollment',
      'confirmEnrollment',
    ]);
    expect(fake.calls[1]?.request).toMatchObject({ signInToken: 'ssi_change', newPassword: 'a new long password' });
    expect(fake.calls[2]?.request).toMatchObject({ signInToken: 'ssi_enroll', enrollmentCode: 'ABCD-EFGH' });
    expect(statSync(sessionFile).mode & 0o777).toBe(0o600);
    expect(statSync(join(sessionFile, '..')).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(sessionFile, 'utf8'))).toEqual({
      [fake.address]: { token: 'sst_1', username: 'alice' },
    });
  });

  test('asks again after a wrong code and a malformed one', async () => {
    const answers = [
      new FakeNo('UNAUTHENTICATED', 'INVALID_CODE', 'Wrong: your phone is 4 min 30 s behind this server.'),
      new FakeNo('INVALID_ARGUMENT', 'FIELDS_INVALID', 'A code has six or eight digits.'),
      undefined,
    ];
    const { sallyport, fake } = await commandLine({
      auth: {
        startSignIn: () => challenge(totp),
        verifyOtp: () => {
          const no = answers.shift();
          if (no) throw no;
          return session('sst_2');
        },
      },
    });
    const { exitCode, stderr } = await sallyport('login alice', 'pa55', '000000', 'abc', '123456');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('4 min 30 s behind');
    expect(stderr).toContain('One-time code (Pixel)');
    expect(fake.calls.map(({ request }) => request['code'])).toEqual([undefined, '000000', 'abc', '123456']);
  });

  test('ends with the refusal where the input ends after it', async () => {
    const { sallyport } = await commandLine({
      auth: {
        startSignIn: () => challenge(totp),
        verifyOtp: () => {
          throw new FakeNo('UNAUTHENTICATED', 'INVALID_CODE', 'Wrong.');
        },
      },
    });
    expect((await sallyport('login alice', 'pa55', '000000')).exitCode).toBe(4);
    expect((await sallyport('login alice', 'pa55')).exitCode).toBe(2);
  });

  test('takes what is longer than a code as a recovery code', async () => {
    const { sallyport, fake } = await commandLine({
      auth: {
        startSignIn: () => challenge(totp, { kind: Auth.Method.METHOD_RECOVERY_CODE, usable: true }),
        useRecoveryCode: () => ({ ...session('sst_3'), codesLeft: 9 }),
      },
    });
    const { exitCode, stderr } = await sallyport('login alice', 'pa55', '01-ABCD-EFGH-JKMN-PQRS');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('or a recovery code');
    expect(stderr).toContain('Recovery codes left: 9');
    expect(fake.calls[1]?.request).toMatchObject({ recoveryCode: '01-ABCD-EFGH-JKMN-PQRS' });
  });

  test('says how long to wait where no factor can be used, and asks for no code', async () => {
    const waiting = { ...totp, usable: false, retryTime: new Date(Date.now() + 50_000) };
    const { sallyport } = await commandLine({ auth: { startSignIn: () => challenge(waiting) } });
    const { exitCode, stderr } = await sallyport('login alice', 'pa55', '123456');
    expect(exitCode).toBe(7);
    expect(stderr).toMatch(/Try again in (50|49|48) s\./);
    expect(stderr).not.toContain('One-time code');
  });

  test('prints the token and keeps nothing with --no-save', async () => {
    const { sallyport, sessionFile } = await commandLine({ auth: { startSignIn: () => session('sst_4') } });
    expect((await sallyport('login alice --no-save', 'pa55')).stdout).toBe('sst_4\n');
    expect(JSON.parse((await sallyport('login alice --no-save --json', 'pa55')).stdout).sessionToken).toBe('sst_4');
    expect(existsSync(sessionFile)).toBe(false);
  });

  test('takes the password from a file or unasked from stdin', async () => {
    const { sallyport, fake, home } = await commandLine({ auth: { startSignIn: () => session('sst_5') } });
    writeFileSync(join(home, 'first'), ' with spaces \n');
    await sallyport('login alice --password-file first');
    const { stderr } = await sallyport('login alice --password-stdin', 'from stdin');
    expect(fake.calls.map(({ request }) => request['password'])).toEqual([' with spaces ', 'from stdin']);
    expect(stderr).not.toContain('Password');
  });

  test('has no way to take a password from the command line', async () => {
    const { sallyport, fake } = await commandLine({});
    expect((await sallyport('login alice --password pa55')).exitCode).toBe(2);
    expect((await sallyport('login alice pa55')).exitCode).toBe(2);
    expect(fake.calls).toEqual([]);
  });

  test('warns of somebody who had the password and no second factor', async () => {
    const proved = { eventTime: new Date(0), address: '198.51.100.7', componentId: 'console' };
    const notice = { lastSignInTime: new Date(0), failuresSince: 3, passwordProvedOnly: [proved] };
    const { sallyport } = await commandLine({ auth: { startSignIn: () => session('sst_6', notice) } });
    const { stderr } = await sallyport('login alice', 'pa55');
    expect(stderr).toContain('Wrong passwords and codes since then: 3');
    expect(stderr).toMatch(/WARNING: 1970-01-01 00:00:00Z .* from 198\.51\.100\.7 through console/);
  });

  test('refuses a kept session that others can read', async () => {
    const { sallyport, sessionFile } = await commandLine({ auth: { startSignIn: () => session('sst_7') } });
    await sallyport('login alice', 'pa55');
    chmodSync(sessionFile, 0o644);
    const { exitCode, stderr } = await sallyport('sessions mine');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('chmod 600');
  });
});

describe('a session once kept', () => {
  test('is ended and forgotten by logout, also when it ended already', async () => {
    let ended = 0;
    const { sallyport, sessionFile } = await commandLine({
      auth: {
        startSignIn: () => session('sst_8'),
        endSession: () => {
          ended += 1;
          if (ended === 2) throw new FakeNo('UNAUTHENTICATED', 'SESSION_REQUIRED', 'No such session.');
          return { endedCount: 1 };
        },
      },
    });
    for (const _ of ['alive', 'ended already']) {
      await sallyport('login alice', 'pa55');
      expect(await sallyport('logout')).toMatchObject({ exitCode: 0, stdout: 'Signed out.\n' });
      expect(JSON.parse(readFileSync(sessionFile, 'utf8'))).toEqual({});
    }
    expect((await sallyport('logout')).stdout).toContain('No session is kept');
    expect(ended).toBe(2);
  });

  test('goes on under its new token after passwd', async () => {
    const { sallyport, fake, sessionFile } = await commandLine({
      auth: { startSignIn: () => session('sst_old'), changePassword: () => session('sst_new') },
    });
    await sallyport('login alice', 'pa55');
    const { exitCode, stderr } = await sallyport(
      'passwd',
      'pa55',
      'first try',
      'other',
      'new long one',
      'new long one',
    );
    expect(exitCode).toBe(0);
    expect(stderr).toContain('These two differ.');
    expect(fake.calls[1]).toMatchObject({
      session: 'sst_old',
      request: { currentPassword: 'pa55', newPassword: 'new long one', signInToken: '' },
    });
    expect(JSON.parse(readFileSync(sessionFile, 'utf8'))[fake.address].token).toBe('sst_new');
  });
});
