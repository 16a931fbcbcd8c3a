import type { GetServerTimeResponse } from '../../../generated/sallyport/auth/v1/auth_service.js';
import type { AuthOperations } from './index.js';

/** This clock, for all. */
export const serverTimeMethods = (operations: AuthOperations) => ({
  getServerTime: async (): Promise<GetServerTimeResponse> => ({
    serverTime: new Date(operations.clock()),
    trusted: operations.clockTrusted(),
  }),
});
