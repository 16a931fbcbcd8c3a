import type { User } from '../user/user.js';
import type { WaitKey, WaitKind, WaitRow } from './wait-row.js';

export interface WaitReads {
  readonly of: (key: WaitKey, now: number) => Promise<WaitRow | undefined>;
  /** All rows of a user: by lock key and by id. */
  readonly ofUser: (user: Pick<User, 'id' | 'lockKey'>, now: number) => Promise<ReadonlyMap<WaitKind, WaitRow>>;
}

export interface WaitStore extends WaitReads {
  /**
   * Adds one failure and locks the row, known key or not, then answers the row as it was before with the new count:
   * `failures` includes this attempt, `lastFailure` is that of the one before.
   */
  readonly reserve: (key: WaitKey, now: number) => Promise<WaitRow>;
  /** The reserved failure stands: its time becomes the last failure's. Only after `reserve` in the same unit. */
  readonly keep: (key: WaitKey, now: number) => Promise<void>;
  /** The proof was right: takes back this attempt and all before it, unless another success came first. */
  readonly clear: (key: WaitKey, reserved: Pick<WaitRow, 'failures' | 'generation'>) => Promise<boolean>;
  /**
   * The attempt was no guess (already used code, verdicts after a right proof): takes back one, and the time that `keep`
   * noted for it, unless another failure came after.
   */
  readonly takeBack: (key: WaitKey, reserved: Omit<WaitRow, 'budgetSpent'>, keptAt: number) => Promise<void>;
  /** One wrong code after a right password, in the day's bucket. */
  readonly spendBudget: (key: WaitKey, now: number) => Promise<void>;
  /** Failures below `below` to 0, generation up. */
  readonly unlock: (key: WaitKey, below: number) => Promise<void>;
  readonly remove: (key: WaitKey) => Promise<void>;
  readonly emptyBudget: (key: WaitKey) => Promise<void>;
  /** Day buckets that no budget counts any more, of at most `limit` users. */
  readonly removeOldBudgets: (now: number, limit: number) => Promise<number>;
  /** Rows of unknown names: older than `before`, and the oldest beyond `keep`. */
  readonly removeUnknown: (before: number, keep: number, limit: number) => Promise<number>;
}
