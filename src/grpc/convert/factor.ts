import {
  type Factor as FactorMessage,
  FactorState,
  Method,
  OtpAlgorithm,
} from '../../../generated/sallyport/auth/v1/factor.js';
import type { FactorList, FactorView } from '../../domain/factor/list-factors.js';
import type { OtpAlgorithm as Algorithm } from '../../domain/ports.js';
import { byNumber } from './by-number.js';
import { toDate } from './date.js';

const METHODS = {
  password: Method.METHOD_PASSWORD,
  totp: Method.METHOD_TOTP,
  hotp: Method.METHOD_HOTP,
  'recovery-code': Method.METHOD_RECOVERY_CODE,
  'service-secret': Method.METHOD_SERVICE_SECRET,
} as const;

export const toMethod = (kind: string | undefined): Method =>
  METHODS[kind as keyof typeof METHODS] ?? Method.METHOD_UNSPECIFIED;

const ALGORITHMS: Readonly<Record<Algorithm, OtpAlgorithm>> = {
  SHA1: OtpAlgorithm.OTP_ALGORITHM_SHA1,
  SHA256: OtpAlgorithm.OTP_ALGORITHM_SHA256,
  SHA512: OtpAlgorithm.OTP_ALGORITHM_SHA512,
};

export const ALGORITHM_BY_NUMBER: ReadonlyMap<number, Algorithm> = byNumber(ALGORITHMS);

/** How many characters a device's name has at most. */
export const LONGEST_LABEL = 100;

const STATES: Readonly<Record<FactorView['state'], FactorState>> = {
  active: FactorState.FACTOR_STATE_ACTIVE,
  suspended: FactorState.FACTOR_STATE_SUSPENDED,
  disabled: FactorState.FACTOR_STATE_DISABLED,
};

export const toFactor = ({ factor, state }: FactorView): FactorMessage => ({
  factorId: factor.id,
  kind: toMethod(factor.kind),
  label: factor.label,
  state: STATES[state],
  algorithm: ALGORITHMS[factor.shape.algorithm],
  digits: factor.shape.digits,
  periodSeconds: factor.kind === 'totp' ? factor.shape.period : 0,
  createTime: new Date(factor.createdAt),
  confirmTime: new Date(factor.confirmedAt),
  lastUseTime: toDate(factor.lastUsedAt),
});

export const toFactorList = ({ factors, recoveryCodesLeft }: FactorList) => ({
  factors: factors.map(toFactor),
  recoveryCodesLeft,
});
