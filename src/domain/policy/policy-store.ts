import type { MfaPolicy } from './mfa-policy.js';

export interface PolicyReads {
  readonly get: () => Promise<MfaPolicy>;
}

export interface PolicyStore extends PolicyReads {
  readonly update: (change: Partial<MfaPolicy>) => Promise<void>;
}
