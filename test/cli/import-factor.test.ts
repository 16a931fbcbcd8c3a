import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { base32FromHex } from '../../src/cli/base32-from-hex.js';
import { Auth } from '../../src/client/index.js';
import { otpCodes } from '../../src/crypto/otp-codes.js';
import { commandLine } from './command-line.js';

const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const userId = '01k0000000000000000000000a';
const kind = Auth.Method.METHOD_HOTP;
const factor = { factorId: 'f-1', label: 'fob 17', kind, state: Auth.FactorState.FACTOR_STATE_ACTIVE };

const administrator = () =>
  commandLine({ admin: { getUser: () => ({ user: { userId } }), importFactor: () => ({ factor }) } });

test('a token is given to a user by its seed, which is asked for and shown nowhere', async () => {
  const { sallyport, fake } = await administrator();
  const { exitCode, stdout, stderr } = await sallyport(
    'users import-factor bob --kind hotp --label "fob 17" --counter 7 --digits 8',
    SEED,
  );
  expect(exitCode).toBe(0);
  expect(stdout).toContain('fob 17');
  expect(stderr).toContain("The token's seed, in base32: ");
  expect(stdout + stderr).not.toContain(SEED);
  expect(fake.calls.at(-1)).toMatchObject({
    rpc: 'importFactor',
    request: { userId, kind, secret: SEED, label: 'fob 17', counter: 7n, digits: 8, periodSeconds: 0, algorithm: 0 },
  });
});

test('the seed comes from a file that holds nothing else, and is hex where that is said', async () => {
  const { sallyport, fake, home } = await administrator();
  const file = join(home, 'seed');
  writeFileSync(file, '48656c6c6f21deadbeef 48656c6c6f21deadbeef\n');
  const argv = `users import-factor bob --kind totp --period 60 --algorithm sha256 --hex --secret-file ${file}`;
  expect((await sallyport(argv)).exitCode).toBe(0);
  expect(fake.calls.at(-1)?.request).toMatchObject({
    kind: Auth.Method.METHOD_TOTP,
    secret: SEED,
    periodSeconds: 60,
    algorithm: Auth.OtpAlgorithm.OTP_ALGORITHM_SHA256,
    counter: 0n,
  });
});

test.each([
  ['users import-factor bob', [SEED], 2, '--kind'],
  ['users import-factor bob --kind sms', [SEED], 2, 'hotp, totp'],
  ['users import-factor bob --kind hotp --hex', ['xyz'], 2, 'no hex'],
  ['users import-factor bob --kind hotp --secret-file nowhere', [], 2, 'nowhere'],
  ['users import-factor bob --kind hotp', [], 2, 'input ended'],
])('nothing is sent for: %s', async (argv, lines, exitCode, words) => {
  const { sallyport, fake } = await administrator();
  const ended = await sallyport(argv, ...lines);
  expect(ended.exitCode).toBe(exitCode);
  expect(ended.stderr).toContain(words);
  expect(fake.calls.map(({ rpc }) => rpc)).not.toContain('importFactor');
});

test('hex of any length is the base32 of the same bytes', () => {
  for (let length = 1; length <= 64; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 73 + length * 31) % 256);
    expect(otpCodes.parseBase32(base32FromHex(Buffer.from(bytes).toString('hex')))).toEqual(bytes);
  }
});
