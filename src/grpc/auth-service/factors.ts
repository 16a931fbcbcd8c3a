import type {
  ListFactorsResponse,
  RemoveFactorRequest,
  RemoveFactorResponse,
  RenameFactorRequest,
  RenameFactorResponse,
  ResyncFactorRequest,
  ResyncFactorResponse,
  SuspendFactorRequest,
  SuspendFactorResponse,
} from '../../../generated/sallyport/auth/v1/auth_service.js';
import { orRefuse } from '../../domain/verdict.js';
import { callerOf, callOf, holderOf } from '../callers.js';
import { LONGEST_LABEL, toFactor, toFactorList } from '../convert/factor.js';
import { toOpened, toStep } from '../convert/sign-in-step.js';
import { Fields } from '../fields.js';
import type { Incoming } from '../incoming.js';
import type { AuthOperations } from './index.js';

/** People and their own devices. */
export const factorMethods = (operations: AuthOperations) => ({
  listFactors: async (incoming: Incoming): Promise<ListFactorsResponse> =>
    toFactorList(await operations.listFactors(callerOf(incoming))),

  renameFactor: async (incoming: Incoming, request: RenameFactorRequest): Promise<RenameFactorResponse> => {
    const fields = new Fields();
    const factorId = fields.id('factor_id', request.factorId);
    const label = fields.name('label', request.label, LONGEST_LABEL);
    fields.check();
    return { factor: toFactor(await operations.renameFactor(callerOf(incoming), factorId, label)) };
  },

  suspendFactor: async (incoming: Incoming, request: SuspendFactorRequest): Promise<SuspendFactorResponse> => {
    const { opened, view } = await operations.suspendFactor(callerOf(incoming), factorIdOf(request));
    return { session: toOpened(opened), factor: toFactor(view) };
  },

  removeFactor: async (incoming: Incoming, request: RemoveFactorRequest): Promise<RemoveFactorResponse> => ({
    session: toOpened(await operations.removeFactor(callerOf(incoming), factorIdOf(request))),
  }),

  resyncFactor: async (incoming: Incoming, request: ResyncFactorRequest): Promise<ResyncFactorResponse> => {
    const fields = new Fields();
    const token = holderOf(incoming, fields, request.signInToken);
    const factorId = fields.id('factor_id', request.factorId);
    const first = fields.code('first_code', request.firstCode);
    const second = fields.code('second_code', request.secondCode);
    fields.check();
    const { step } = orRefuse(await operations.resyncFactor(callOf(incoming), { token, factorId, first, second }));
    return { step: step && toStep(step) };
  },
});

function factorIdOf({ factorId }: { readonly factorId: string }): string {
  const fields = new Fields();
  fields.id('factor_id', factorId);
  fields.check();
  return factorId;
}
