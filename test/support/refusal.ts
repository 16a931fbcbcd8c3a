import { type Reason, Refusal } from '../../src/domain/refusal.js';

/** Matches a refusal by its reason, for `rejects.toThrow(refusal('LOCKED_OUT'))`. */
export const refusal = (reason: Reason) => ({
  asymmetricMatch: (error: unknown): boolean => error instanceof Refusal && error.reason === reason,
  toString: (): string => `Refusal ${reason}`,
});
