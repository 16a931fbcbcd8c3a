import { type Call, type Caller, isCaller } from '../domain/call.js';
import type { HolderToken } from '../domain/enrollment/holder.js';
import { Refusal } from '../domain/refusal.js';
import type { Fields } from './fields.js';
import type { Incoming } from './incoming.js';

/** The call, which the caller interceptor has proved. */
export function callOf({ call }: Incoming): Call {
  if (!call) throw new Error('a handler was reached without a caller');
  return call;
}

/** The caller with a session of their own. */
export function callerOf(incoming: Incoming): Caller {
  const call = callOf(incoming);
  if (!isCaller(call)) throw new Refusal('SESSION_REQUIRED');
  return call;
}

/** Either a sign-in token in the request or the caller's own session; both is a mistake, none needs a session. */
export function holderOf(incoming: Incoming, fields: Fields, signInToken: string): HolderToken {
  const call = callOf(incoming);
  if (!isCaller(call)) {
    if (signInToken === '')
      throw new Refusal('SESSION_REQUIRED', { message: 'Send a sign-in token, or a session of your own.' });
    return { signInToken };
  }
  if (signInToken !== '')
    fields.refuse('sign_in_token', 'Leave it empty in a session of your own, or send no session.');
  return { caller: call };
}
