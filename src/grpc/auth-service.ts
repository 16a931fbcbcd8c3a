import type {
  AuthServiceServer,
  BeginEnrollmentRequest,
  BeginEnrollmentResponse,
  ChangePasswordRequest,
  ChangePasswordResponse,
  ConfirmEnrollmentRequest,
  ConfirmEnrollmentResponse,
  EndSessionRequest,
  EndSessionResponse,
  GetServerTimeResponse,
  ListSessionsRequest,
  ListSessionsResponse,
  ReauthenticateRequest,
  ReauthenticateResponse,
  StartSignInRequest,
  StartSignInResponse,
  ValidateSessionRequest,
  ValidateSessionResponse,
  VerifyOtpRequest,
  VerifyOtpResponse,
} from '../../generated/sallyport/auth/v1/auth_service.js';
import type { ClientContext } from '../../generated/sallyport/auth/v1/session.js';
import type { Call } from '../domain/call.js';
import { LOCAL } from '../domain/component/built-in-components.js';
import { enrollmentCode } from '../domain/credential/crockford.js';
import type * as domain from '../domain/index.js';
import type { Clock, ClockTrust, TotpShape } from '../domain/ports.js';
import { orRefuse } from '../domain/verdict.js';
import { callerOf, callOf, holderOf } from './callers.js';
import { ALGORITHM_BY_NUMBER, toDate, toFactor } from './convert/factor.js';
import { toMethods, toSession, toUserKind } from './convert/session.js';
import { toOpened, toStep } from './convert/sign-in-step.js';
import { Fields } from './fields.js';
import type { Handler, Incoming } from './incoming.js';
import type { PageTokens } from './page-token.js';
import { paging } from './pages.js';

/** What the door of everybody needs: one operation a method. */
export interface AuthOperations {
  readonly startSignIn: ReturnType<typeof domain.startSignIn>;
  readonly verifyOtp: ReturnType<typeof domain.verifyOtp>;
  readonly beginEnrollment: ReturnType<typeof domain.beginEnrollment>;
  readonly confirmEnrollment: ReturnType<typeof domain.confirmEnrollment>;
  readonly changePassword: ReturnType<typeof domain.changePassword>;
  readonly reauthenticate: ReturnType<typeof domain.reauthenticate>;
  readonly validateSession: ReturnType<typeof domain.validateSession>;
  readonly endSession: ReturnType<typeof domain.endSession>;
  readonly listOwnSessions: ReturnType<typeof domain.listOwnSessions>;
  readonly clock: Clock;
  readonly clockTrusted: ClockTrust;
  readonly pageTokens: PageTokens;
}

export type AuthHandlers = Partial<Record<keyof AuthServiceServer, Handler<never>>>;

/** Converts, asks one operation, converts back. What has no entry here is left to the runtime's UNIMPLEMENTED. */
export const authService = (operations: AuthOperations): AuthHandlers => ({
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

  beginEnrollment: async (incoming: Incoming, request: BeginEnrollmentRequest): Promise<BeginEnrollmentResponse> => {
    const fields = new Fields();
    const token = holderOf(incoming, fields, request.signInToken);
    const label = fields.text('label', request.label, 100) || 'Authenticator app';
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
    const { factor, step } = orRefuse(await operations.confirmEnrollment(callOf(incoming), { token, code }));
    return { step: step && toStep(step), recoveryCodes: [], factor: toFactor(factor) };
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

  reauthenticate: async (incoming: Incoming, request: ReauthenticateRequest): Promise<ReauthenticateResponse> => {
    const fields = new Fields();
    const proof = proofOf(fields, request);
    fields.check();
    const { opened, freshUntil } = orRefuse(await operations.reauthenticate(callerOf(incoming), proof));
    return { session: toOpened(opened), freshUntilTime: new Date(freshUntil) };
  },

  validateSession: async (incoming: Incoming, request: ValidateSessionRequest): Promise<ValidateSessionResponse> => {
    const fields = new Fields();
    const token = fields.required('session_token', request.sessionToken);
    fields.check();
    const { session, user, roleIds, permissions, expiresAt } = await operations.validateSession({
      token,
      passive: request.passive,
      deadline: incoming.deadline,
    });
    return {
      sessionId: session.id,
      componentId: session.componentId,
      userId: user.id,
      username: user.name,
      userKind: toUserKind(user.kind),
      roleIds: [...roleIds],
      permissions: [...permissions],
      methods: toMethods(session),
      factorEnrollTime: toDate(session.secondFactor?.enrolledAt),
      expireTime: new Date(expiresAt),
    };
  },

  endSession: async (incoming: Incoming, { target }: EndSessionRequest): Promise<EndSessionResponse> => {
    const fields = new Fields();
    if (target?.$case === 'sessionId') fields.id('session_id', target.value);
    if (target?.$case === 'all' && !target.value) fields.refuse('all', 'Say true, or leave it out.');
    fields.check();
    const which =
      target?.$case === 'sessionId'
        ? ({ which: 'one', sessionId: target.value } as const)
        : ({ which: target ? 'all' : 'this' } as const);
    return { endedCount: await operations.endSession(callerOf(incoming), which) };
  },

  listSessions: async (incoming: Incoming, request: ListSessionsRequest): Promise<ListSessionsResponse> => {
    const fields = new Fields();
    const caller = callerOf(incoming);
    const { user, session, policy } = caller.active;
    const list = paging(operations.pageTokens, fields, request, { path: incoming.path, callerId: user.id });
    fields.check();
    const rows = await operations.listOwnSessions(caller, list.page);
    const { items, nextPageToken } = list.answer(
      rows,
      ({ id }) => id,
      (row) => toSession(row, policy, session.id),
    );
    return { sessions: items, nextPageToken };
  },

  getServerTime: async (): Promise<GetServerTimeResponse> => ({
    serverTime: new Date(operations.clock()),
    trusted: operations.clockTrusted(),
  }),
});

// Believed only from a component that proved itself; `local` brings no proof, so the socket's peer counts.
function withContext(fields: Fields, call: Call, context: ClientContext | undefined): Call {
  const address = fields.address('client_context.address', context?.address ?? '');
  const description = fields.text('client_context.description', context?.description ?? '', 200);
  if (call.component.id === LOCAL) return call;
  return { ...call, address: address === '' ? call.address : address, description };
}

function shapeOf(fields: Fields, { algorithm, digits, periodSeconds }: BeginEnrollmentRequest): TotpShape {
  if (![0, 6, 8].includes(digits)) fields.refuse('digits', 'Must be 6 or 8.');
  if (![0, 30, 60].includes(periodSeconds)) fields.refuse('period_seconds', 'Must be 30 or 60.');
  return {
    algorithm: fields.oneOf('algorithm', algorithm, ALGORITHM_BY_NUMBER, 'SHA1') ?? 'SHA1',
    digits: digits === 8 ? 8 : 6,
    period: periodSeconds === 60 ? 60 : 30,
  };
}

const noticesOf = ({ algorithm, digits, period }: TotpShape): string[] =>
  algorithm === 'SHA1' && digits === 6 && period === 30
    ? []
    : [
        'Most phone apps ignore anything but SHA-1, 6 digits and 30 seconds and then show wrong codes. Make sure yours does not.',
      ];

function codeOf(fields: Fields, text: string): string | undefined {
  if (text === '') return undefined;
  const code = enrollmentCode(text);
  if (code === undefined) fields.refuse('enrollment_code', 'Is no enrolment code: sixteen letters and digits.');
  return code;
}

function proofOf(fields: Fields, { proof, factorId }: ReauthenticateRequest) {
  switch (proof?.$case) {
    case 'code':
      return { code: { code: fields.code('code', proof.value), factorId: fields.optionalId('factor_id', factorId) } };
    case 'password':
      return { password: fields.secret('password', proof.value) };
    default:
      fields.refuse('proof', 'Send a code or a password.');
      return { password: '' };
  }
}
