import type {
  BeginEnrollmentRequest,
  BeginEnrollmentResponse,
  ConfirmEnrollmentRequest,
  ConfirmEnrollmentResponse,
} from '../../../generated/sallyport/auth/v1/auth_service.js';
import { typedEnrollmentCode } from '../../domain/enrollment/typed-enrollment-code.js';
import type { TotpShape } from '../../domain/ports.js';
import { orRefuse } from '../../domain/verdict.js';
import { callOf, holderOf } from '../callers.js';
import { LONGEST_LABEL, toFactor } from '../convert/factor.js';
import { toStep } from '../convert/sign-in-step.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import { shapeOf } from '../shape.js';
import type { AuthOperations } from './index.js';

/** A phone is shown its secret and answers with its first code. */
export const enrollmentMethods = (operations: AuthOperations) => ({
  beginEnrollment: async (incoming: Incoming, request: BeginEnrollmentRequest): Promise<BeginEnrollmentResponse> => {
    const fields = new Fields();
    const token = holderOf(incoming, fields, request.signInToken);
    const label = fields.text('label', request.label, LONGEST_LABEL) || 'Authenticator app';
    const asked = {
      token,
      label,
      shape: shapeOf(fields, request),
      enrollmentCode: codeOf(fields, request.enrollmentCode),
    };
    fields.check();
    const { shown } = orRefuse(await operations.beginEnrollment(callOf(incoming), asked));
    const { factorId, secret, otpauthUri, qrSvg, expiresAt } = shown;
    return { factorId, secret, otpauthUri, qrSvg, expireTime: new Date(expiresAt), notices: noticesOf(asked.shape) };
  },

  confirmEnrollment: async (
    incoming: Incoming,
    request: ConfirmEnrollmentRequest,
  ): Promise<ConfirmEnrollmentResponse> => {
    const fields = new Fields();
    const token = holderOf(incoming, fields, request.signInToken);
    const code = fields.code('code', request.code);
    fields.check();
    const confirmed = orRefuse(await operations.confirmEnrollment(callOf(incoming), { token, code }));
    const { factor, step, recoveryCodes } = confirmed;
    return {
      step: step && toStep(step),
      recoveryCodes: [...recoveryCodes],
      factor: toFactor({ factor, state: 'active' }),
    };
  },
});

const noticesOf = ({ algorithm, digits, period }: TotpShape): string[] =>
  algorithm === 'SHA1' && digits === 6 && period === 30
    ? []
    : [
        'Most phone apps ignore anything but SHA-1, 6 digits and 30 seconds and then show wrong codes. Make sure yours does not.',
      ];

function codeOf(fields: Fields, text: string): string | undefined {
  if (text === '') return undefined;
  const code = typedEnrollmentCode(text);
  if (code === undefined) fields.refuse('enrollment_code', 'Must be an enrolment code: sixteen letters and digits.');
  return code;
}
