import {
  type Factor as FactorMessage,
  FactorState,
  Method,
  OtpAlgorithm,
} from '../../../generated/sallyport/auth/v1/factor.js';
import type { Factor } from '../../domain/factor/factor.js';
import type { OtpAlgorithm as Algorithm } from '../../domain/ports.js';

const METHODS = {
  password: Method.METHOD_PASSWORD,
  totp: Method.METHOD_TOTP,
  hotp: Method.METHOD_HOTP,
  'recovery-code': Method.METHOD_RECOVERY_CODE,
} as const;

export const toMethod = (kind: string | undefined): Method =>
  METHODS[kind as keyof typeof METHODS] ?? Method.METHOD_UNSPECIFIED;

const ALGORITHMS: Readonly<Record<Algorithm, OtpAlgorithm>> = {
  SHA1: OtpAlgorithm.OTP_ALGORITHM_SHA1,
  SHA256: OtpAlgorithm.OTP_ALGORITHM_SHA256,
  SHA512: OtpAlgorithm.OTP_ALGORITHM_SHA512,
};

export const ALGORITHM_BY_NUMBER: ReadonlyMap<number, Algorithm> = new Map(
  Object.entries(ALGORITHMS).map(([name, number]) => [number, name as Algorithm]),
);

export const toFactor = (factor: Factor): FactorMessage => ({
  factorId: factor.id,
  kind: toMethod(factor.kind),
  label: factor.label,
  state: factor.suspended ? FactorState.FACTOR_STATE_SUSPENDED : FactorState.FACTOR_STATE_ACTIVE,
  algorithm: ALGORITHMS[factor.shape.algorithm],
  digits: factor.shape.digits,
  periodSeconds: factor.shape.period,
  createTime: new Date(factor.createdAt),
  confirmTime: new Date(factor.confirmedAt),
  lastUseTime: toDate(factor.lastUsedAt),
});

export const toDate = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));
