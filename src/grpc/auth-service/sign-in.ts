import type {
  ChangePasswordRequest,
  ChangePasswordResponse,
  StartSignInRequest,
  StartSignInResponse,
  VerifyOtpRequest,
  VerifyOtpResponse,
} from '../../../generated/sallyport/auth/v1/auth_service.js';
import { orRefuse } from '../../domain/verdict.js';
import { callOf, holderOf } from '../callers.js';
import { withContext } from '../client-context.js';
import { toStep } from '../convert/sign-in-step.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import type { AuthOperations } from './index.js';

/** Name and password, the code, the new password. */
export const signInMethods = (operations: AuthOperations) => ({
  startSignIn: async (incoming: Incoming, request: StartSignInRequest): Promise<StartSignInResponse> => {
    const fields = new Fields();
    const name = fields.username('username', request.username).text;
    const password = fields.secret('password', request.password);
    const call = withContext(fields, callOf(incoming), request.clientContext);
    fields.check();
    return { step: toStep(orRefuse(await operations.startSignIn(call, { name, password })).step) };
  },

  verifyOtp: async (incoming: Incoming, request: VerifyOtpRequest): Promise<VerifyOtpResponse> => {
    const fields = new Fields();
    const signInToken = fields.required('sign_in_token', request.signInToken);
    const code = fields.code('code', request.code);
    const factorId = fields.optionalId('factor_id', request.factorId);
    fields.check();
    return {
      step: toStep(orRefuse(await operations.verifyOtp(callOf(incoming), { signInToken, code, factorId })).step),
    };
  },

  changePassword: async (incoming: Incoming, request: ChangePasswordRequest): Promise<ChangePasswordResponse> => {
    const fields = new Fields();
    const token = holderOf(incoming, fields, request.signInToken);
    const newPassword = fields.secret('new_password', request.newPassword);
    if ('caller' in token) fields.secret('current_password', request.currentPassword);
    else if (request.currentPassword !== '') fields.refuse('current_password', 'Leave it empty with a sign-in token.');
    fields.check();
    const change =
      'caller' in token
        ? { ...token, currentPassword: request.currentPassword, newPassword }
        : { ...token, newPassword };
    return { step: toStep(orRefuse(await operations.changePassword(callOf(incoming), change)).step) };
  },
});
