// What another project writes: signs in, asks about the session, and reads how long it is locked out.
import { connect, SallyportError } from 'sallyport/client';

const { ADDRESS: address = '', USERNAME: username = '', PASSWORD: password = '', CODE: code = '' } = process.env;
const { auth, close } = connect({ address });

const { step: first } = await auth.startSignIn({ username, password });
if (first?.step?.$case !== 'challenge') throw new Error('no code was asked for');
const { step: second } = await auth.verifyOtp({ signInToken: first.step.value.signInToken, code });
if (second?.step?.$case !== 'session') throw new Error('the code opened no session');
const session = await auth.validateSession({ sessionToken: second.step.value.sessionToken });
console.log(`session of ${session.username} until ${session.expireTime?.toISOString()}`);

let wait: number | undefined;
while (wait === undefined) {
  await auth.startSignIn({ username, password: `not ${password}` }).catch((error: unknown) => {
    if (!(error instanceof SallyportError)) throw error;
    if (error.reason === 'LOCKED_OUT') wait = error.retryAfter;
  });
}
console.log(`locked out for ${wait} ms`);
close();
