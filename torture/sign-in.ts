import type { Auth } from '../src/client/index.js';
import { type Client, codeFor, PASSWORD } from '../test/support/people.js';
import type { Sallyport } from '../test/support/sallyport.js';

/** Somebody with a phone. */
export interface Enrolled {
  readonly name: string;
  /** Base32. */
  readonly secret: string;
}

/** From the password to the token that takes a code. */
export async function challenge(client: Client, name: string, password = PASSWORD): Promise<string> {
  const { step } = await client.auth.startSignIn({ username: name, password });
  if (step?.step?.$case !== 'challenge') throw new Error(`expected a challenge, got ${step?.step?.$case}`);
  return step.step.value.signInToken;
}

/** The session token in an answer. */
export function sessionIn({ step }: { readonly step?: Auth.SignInStep | undefined }): string {
  if (step?.step?.$case !== 'session') throw new Error(`expected a session, got ${step?.step?.$case}`);
  return step.step.value.sessionToken;
}

/** Through both doors, with the code of the server's time. */
export async function signIn(
  server: Pick<Sallyport, 'now'>,
  client: Client,
  { name, secret }: Enrolled,
): Promise<string> {
  const signInToken = await challenge(client, name);
  return sessionIn(await client.auth.verifyOtp({ signInToken, code: codeFor(server, secret) }));
}
