import type * as messages from '../../../generated/sallyport/admin/v1/user.js';
import { Method } from '../../../generated/sallyport/auth/v1/factor.js';
import type { FactorKind } from '../../domain/factor/factor.js';
import type { Token } from '../../domain/factor/import-factor.js';
import { callerOf } from '../callers.js';
import { LONGEST_LABEL, toFactor, toFactorList } from '../convert/factor.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import { shapeOf } from '../shape.js';
import type { AdminHandlers, AdminOperations } from './index.js';
import { idOf } from './which.js';

/** The devices of others. */
export const factorMethods = (operations: AdminOperations): AdminHandlers => ({
  listUserFactors: async (
    incoming: Incoming,
    { userId }: messages.ListUserFactorsRequest,
  ): Promise<messages.ListUserFactorsResponse> =>
    toFactorList(await operations.listUserFactors(callerOf(incoming), idOf('user_id', userId))),

  suspendUserFactor: async (
    incoming: Incoming,
    request: messages.SuspendUserFactorRequest,
  ): Promise<messages.SuspendUserFactorResponse> => ({
    factor: toFactor(await operations.suspendUserFactor(callerOf(incoming), ...idsOf(request))),
  }),

  resumeUserFactor: async (
    incoming: Incoming,
    request: messages.ResumeUserFactorRequest,
  ): Promise<messages.ResumeUserFactorResponse> => ({
    factor: toFactor(await operations.resumeUserFactor(callerOf(incoming), ...idsOf(request))),
  }),

  removeUserFactor: async (
    incoming: Incoming,
    request: messages.RemoveUserFactorRequest,
  ): Promise<messages.RemoveUserFactorResponse> => {
    await operations.removeUserFactor(callerOf(incoming), ...idsOf(request));
    return {};
  },

  importFactor: async (
    incoming: Incoming,
    request: messages.ImportFactorRequest,
  ): Promise<messages.ImportFactorResponse> => {
    const fields = new Fields();
    const userId = fields.id('user_id', request.userId);
    const token = tokenOf(fields, request);
    fields.check();
    return { factor: toFactor(await operations.importFactor(callerOf(incoming), userId, token)) };
  },
});

/** What no token is pressed in its life, and far below where counting ends. */
const MOST_PRESSED = 2 ** 48;

const KINDS: ReadonlyMap<number, FactorKind> = new Map([
  [Method.METHOD_TOTP, 'totp'],
  [Method.METHOD_HOTP, 'hotp'],
]);

function tokenOf(fields: Fields, request: messages.ImportFactorRequest): Token {
  return {
    kind: fields.oneOf('kind', request.kind, KINDS) ?? 'totp',
    secret: fields.secret('secret', request.secret),
    label: fields.text('label', request.label, LONGEST_LABEL) || 'Hardware token',
    shape: shapeOf(fields, request),
    counter: fields.number('counter', request.counter, 0, MOST_PRESSED),
  };
}

function idsOf({ userId, factorId }: { readonly userId: string; readonly factorId: string }): [string, string] {
  const fields = new Fields();
  fields.id('user_id', userId);
  fields.id('factor_id', factorId);
  fields.check();
  return [userId, factorId];
}
