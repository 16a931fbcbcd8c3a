import type { Call } from '../call.js';
import type { TokenHashes } from '../ports.js';
import { Refusal } from '../refusal.js';
import { parseToken } from '../token.js';
import type { SignIn, SignInStage } from './sign-in.js';
import type { SignInReads } from './sign-in-store.js';

interface Needs {
  readonly tokenHashes: TokenHashes;
}

/**
 * The sign-in a token names, at this stage and through this component, else SIGN_IN_EXPIRED: unknown, spent, expired,
 * another component's, all look the same. ENROLLMENT_TAKEN if another confirmation ended it.
 */
export function findSignIn({ tokenHashes }: Needs) {
  return async (signIns: SignInReads, call: Call, text: string, stage: SignInStage, now: number): Promise<SignIn> => {
    const token = parseToken('sign-in', text);
    const signIn = token && (await signIns.byId(token.id));
    if (!token || !signIn || signIn.componentId !== call.component.id || signIn.expiresAt <= now) throw expired();
    const binding = { rowId: signIn.id, ownerId: signIn.userId };
    if (!tokenHashes.matches('sign-in', binding, token.secret, signIn.token)) throw expired();
    if (signIn.state === 'taken') throw new Refusal('ENROLLMENT_TAKEN');
    if (signIn.stage !== stage) throw expired();
    return signIn;
  };
}

const expired = (): Refusal => new Refusal('SIGN_IN_EXPIRED');
