import type * as messages from '../../../generated/sallyport/admin/v1/user.js';
import { callerOf } from '../callers.js';
import { toFactor, toFactorList } from '../convert/factor.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
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
});

function idsOf({ userId, factorId }: { readonly userId: string; readonly factorId: string }): [string, string] {
  const fields = new Fields();
  fields.id('user_id', userId);
  fields.id('factor_id', factorId);
  fields.check();
  return [userId, factorId];
}
