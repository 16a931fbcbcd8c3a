import type { SignInStep } from '../../generated/sallyport/auth/v1/sign_in.js';
import type { Sallyport as Client } from '../../src/client/index.js';
import type { Door } from './token-model.js';
import type { Somebody } from './token-states.js';

const NEW_PASSWORD = 'thistle harbour candle';

/** The answer's session token, if it holds one. */
type Knock = (client: Client, somebody: Somebody) => Promise<string | undefined>;

const ofStep = ({ step }: { readonly step?: SignInStep | undefined }): string | undefined =>
  step?.step?.$case === 'session' ? step.step.value.sessionToken : undefined;

const ofSession = ({ session }: { readonly session?: { readonly sessionToken: string } | undefined }) =>
  session?.sessionToken;

/** How each door is knocked at. */
export const KNOCKS: Readonly<Record<Door, Knock>> = {
  StartSignIn: async ({ auth }, { username, password }) => ofStep(await auth.startSignIn({ username, password })),
  VerifyOtp: async ({ auth }, { signInToken, code }) => ofStep(await auth.verifyOtp({ signInToken, code: code() })),
  ConfirmEnrollment: async ({ auth }, { signInToken, code }) =>
    ofStep(await auth.confirmEnrollment({ signInToken, code: code() })),
  ChangePassword: async ({ auth }, { signInToken }) =>
    ofStep(await auth.changePassword({ signInToken, newPassword: NEW_PASSWORD })),
  'ChangePassword in a session': async (client, { sessionToken, password }) => {
    const { auth } = client.withSession(sessionToken);
    return ofStep(await auth.changePassword({ currentPassword: password, newPassword: NEW_PASSWORD }));
  },
  'Reauthenticate by a code': async (client, { sessionToken, code }) => {
    const { auth } = client.withSession(sessionToken);
    return ofSession(await auth.reauthenticate({ proof: { $case: 'code', value: code() } }));
  },
  'Reauthenticate by the password': async (client, { sessionToken, password }) => {
    const { auth } = client.withSession(sessionToken);
    return ofSession(await auth.reauthenticate({ proof: { $case: 'password', value: password } }));
  },
  UseRecoveryCode: async ({ auth }, { signInToken, recoveryCode }) =>
    ofStep(await auth.useRecoveryCode({ signInToken, recoveryCode })),
  SuspendFactor: async (client, { sessionToken, factorId }) =>
    ofSession(await client.withSession(sessionToken).auth.suspendFactor({ factorId })),
  RemoveFactor: async (client, { sessionToken, factorId }) =>
    ofSession(await client.withSession(sessionToken).auth.removeFactor({ factorId })),
  SignInServiceAccount: async ({ auth }, { username, secret }) =>
    ofSession(await auth.signInServiceAccount({ username, secret })),
  ResyncFactor: async ({ auth }, { signInToken, factorId, twoCodes }) => {
    const [firstCode, secondCode] = twoCodes;
    return ofStep(await auth.resyncFactor({ signInToken, factorId, firstCode, secondCode }));
  },
};
