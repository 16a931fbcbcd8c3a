import type {
  SignInServiceAccountRequest,
  SignInServiceAccountResponse,
} from '../../../generated/sallyport/auth/v1/auth_service.js';
import { orRefuse } from '../../domain/verdict.js';
import { callOf } from '../callers.js';
import { withContext } from '../client-context.js';
import { toOpened } from '../convert/sign-in-step.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import type { AuthOperations } from './index.js';

/** The door of programs. */
export const serviceAccountMethods = (operations: AuthOperations) => ({
  signInServiceAccount: async (
    incoming: Incoming,
    request: SignInServiceAccountRequest,
  ): Promise<SignInServiceAccountResponse> => {
    const fields = new Fields();
    const name = fields.username('username', request.username).text;
    const secret = fields.secret('secret', request.secret);
    const call = withContext(fields, callOf(incoming), request.clientContext);
    fields.check();
    return { session: toOpened(orRefuse(await operations.signInServiceAccount(call, { name, secret })).opened) };
  },
});
