import type {
  EndSessionRequest,
  EndSessionResponse,
  ListSessionsRequest,
  ListSessionsResponse,
  ReauthenticateRequest,
  ReauthenticateResponse,
  ValidateSessionRequest,
  ValidateSessionResponse,
} from '../../../generated/sallyport/auth/v1/auth_service.js';
import { orRefuse } from '../../domain/verdict.js';
import { callerOf } from '../callers.js';
import { toDate } from '../convert/date.js';
import { toMethods, toSession, toUserKind } from '../convert/session.js';
import { toOpened } from '../convert/sign-in-step.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import { paging, questionOf } from '../pages.js';
import type { AuthOperations } from './index.js';

/** The caller's own sessions, and whether any token names one. */
export const sessionMethods = (operations: AuthOperations) => ({
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
    const { session, policy } = caller.active;
    const list = paging(operations.pageTokens, fields, request, questionOf(incoming));
    fields.check();
    const rows = await operations.listOwnSessions(caller, list.page);
    const { items, nextPageToken } = list.answer(
      rows,
      ({ id }) => id,
      (row) => toSession(row, policy, session.id),
    );
    return { sessions: items, nextPageToken };
  },
});

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
