import { connect } from '../../src/client/index.js';
import { codeAt } from '../../src/crypto/otp-codes.js';
import { fromBase32 } from './base32.js';
import type { Sallyport } from './sallyport.js';

export const PASSWORD = 'granite sparrow lantern';

/** The server ends calls long before. */
const DEADLINE = 60_000;

export type Client = Awaited<ReturnType<typeof connect>>;

/** A client of a server under test, through plaintext loopback. */
export const clientOf = (server: Pick<Sallyport, 'address'>): Client =>
  connect({ address: server.address, deadlineMs: DEADLINE });

const SHAPE = { algorithm: 'SHA1', digits: 6 } as const;

/** A code of a phone at the server's time; `ahead` counts steps. */
export const codeFor = (server: Pick<Sallyport, 'now'>, secret: string, ahead = 0): string =>
  codeAt(fromBase32(secret), SHAPE, Math.floor(server.now() / 30_000) + ahead);

/** From a one-time password to a session with a phone, and ten recovery codes. */
export async function firstSignIn(
  server: Pick<Sallyport, 'now'>,
  client: Client,
  username: string,
  oneTimePassword: string,
) {
  const start = await client.auth.startSignIn({ username, password: oneTimePassword });
  const due = start.step?.step;
  if (due?.$case !== 'passwordChange') throw new Error(`expected a password change, got ${due?.$case}`);
  const changed = await client.auth.changePassword({ signInToken: due.value.signInToken, newPassword: PASSWORD });
  const enrollment = changed.step?.step;
  if (enrollment?.$case === 'session') return { session: enrollment.value.sessionToken, secret: '', recoveryCodes: [] };
  if (enrollment?.$case !== 'enrollment') throw new Error(`expected enrolment, got ${enrollment?.$case}`);
  const { signInToken } = enrollment.value;
  const { secret } = await client.auth.beginEnrollment({ signInToken });
  const confirmed = await client.auth.confirmEnrollment({ signInToken, code: codeFor(server, secret) });
  const { step, recoveryCodes } = confirmed;
  if (step?.step?.$case !== 'session') throw new Error('expected a session');
  return { session: step.step.value.sessionToken, secret, recoveryCodes };
}

/** The first administrator, signed in with a phone. */
export const firstAdministrator = (server: Pick<Sallyport, 'now' | 'firstPassword'>, client: Client) =>
  firstSignIn(server, client, 'administrator', server.firstPassword());
