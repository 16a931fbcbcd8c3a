import { execFileSync } from 'node:child_process';

/** The code that a phone shows at a time, computed by `oathtool`, not by our library. The secret goes by standard input. */
export function phoneCode(secret: string, at: number): string {
  const now = `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return execFileSync('oathtool', ['--totp', '--base32', '--now', now, '-'], {
    input: secret,
    encoding: 'utf8',
  }).trim();
}

/** The code that a token shows at a count of presses, likewise. */
export function tokenCode(seed: string, counter: number): string {
  const argv = ['--hotp', '--base32', '--counter', String(counter), '-'];
  return execFileSync('oathtool', argv, { input: seed, encoding: 'utf8' }).trim();
}
