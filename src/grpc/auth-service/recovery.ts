import type {
  RegenerateRecoveryCodesRequest,
  RegenerateRecoveryCodesResponse,
  UseRecoveryCodeRequest,
  UseRecoveryCodeResponse,
} from '../../../generated/sallyport/auth/v1/auth_service.js';
import { type TypedRecoveryCode, typedRecoveryCode } from '../../domain/recovery/typed-recovery-code.js';
import { orRefuse } from '../../domain/verdict.js';
import { callerOf, callOf } from '../callers.js';
import { toStep } from '../convert/sign-in-step.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import type { AuthOperations } from './index.js';

/** The codes on paper: one used in place of the device, a new set. */
export const recoveryMethods = (operations: AuthOperations) => ({
  useRecoveryCode: async (incoming: Incoming, request: UseRecoveryCodeRequest): Promise<UseRecoveryCodeResponse> => {
    const fields = new Fields();
    const signInToken = fields.required('sign_in_token', request.signInToken);
    const code = codeOf(fields, request.recoveryCode);
    fields.check();
    const { step, codesLeft } = orRefuse(await operations.useRecoveryCode(callOf(incoming), { signInToken, code }));
    return { step: toStep(step), codesLeft };
  },

  regenerateRecoveryCodes: async (
    incoming: Incoming,
    _request: RegenerateRecoveryCodesRequest,
  ): Promise<RegenerateRecoveryCodesResponse> => ({
    recoveryCodes: [...(await operations.regenerateRecoveryCodes(callerOf(incoming)))],
  }),
});

function codeOf(fields: Fields, text: string): TypedRecoveryCode {
  const code = typedRecoveryCode(text);
  if (!code) fields.refuse('recovery_code', 'Must be a recovery code: two digits, then sixteen letters and digits.');
  return code ?? { position: 0, secret: '' };
}
