import type { SecondFactorProof } from '../../domain/sign-in/sign-in.js';
import type { SqlValue } from '../database.js';
import type { SessionRow, SignInRow } from '../entities/session.js';

type ProvedColumns = Pick<
  SessionRow & SignInRow,
  'second_factor' | 'second_factor_at' | 'factor_id' | 'factor_enrolled_at'
>;

export const SECOND_FACTOR_COLUMNS = 'second_factor, second_factor_at, factor_id, factor_enrolled_at';

export const toProof = (row: ProvedColumns): SecondFactorProof | undefined =>
  row.second_factor === null || row.second_factor_at === null
    ? undefined
    : {
        kind: row.second_factor,
        at: row.second_factor_at,
        factorId: row.factor_id ?? undefined,
        enrolledAt: row.factor_enrolled_at ?? undefined,
      };

export const proofValues = (proof: SecondFactorProof | undefined): SqlValue[] => [
  proof?.kind ?? null,
  proof?.at ?? null,
  proof?.factorId ?? null,
  proof?.enrolledAt ?? null,
];
