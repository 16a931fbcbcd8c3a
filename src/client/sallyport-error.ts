import type { Reason } from '../../generated/sallyport/errors/v1/errors.js';
import type { StatusName } from './status-name.js';

/** Every reason this client knows, as ErrorInfo spells it. */
export type ReasonName = Exclude<keyof typeof Reason extends `REASON_${infer Name}` ? Name : never, 'UNSPECIFIED'>;

/** One field that was malformed. */
export interface FieldViolation {
  field: string;
  description: string;
}

/** One thing that stands in the way. */
export interface PreconditionViolation {
  type: string;
  subject: string;
  description: string;
}

/** What a SallyportError is made of. */
export interface ErrorParts {
  message: string;
  status: StatusName;
  reason?: string | undefined;
  violations?: FieldViolation[];
  preconditions?: PreconditionViolation[];
  retryAfter?: number | undefined;
  metadata?: Record<string, string>;
  requestId?: string | undefined;
  cause?: unknown;
}

/** Every failed call. `message` is enough for a person, `reason` for a program. */
export class SallyportError extends Error {
  override readonly name = 'SallyportError';
  /** Why the server said no. Absent where it did not get to say: unreachable, deadline over, cancelled. */
  readonly reason: ReasonName | (string & {}) | undefined;
  /** The gRPC status. */
  readonly status: StatusName;
  /** Every malformed field, with FIELDS_INVALID. */
  readonly violations: readonly FieldViolation[];
  /** Everything that stands in the way, with GROUPS_PRESENT and its like. */
  readonly preconditions: readonly PreconditionViolation[];
  /** How long to wait before the next try, in milliseconds. */
  readonly retryAfter: number | undefined;
  /** What refines the reason: `hint`, `clock_offset`, `max_age`, `methods`, `permission`, `limit`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Quote it when you report a problem. */
  readonly requestId: string | undefined;

  constructor(parts: ErrorParts) {
    super(parts.message, { cause: parts.cause });
    this.reason = parts.reason;
    this.status = parts.status;
    this.violations = parts.violations ?? [];
    this.preconditions = parts.preconditions ?? [];
    this.retryAfter = parts.retryAfter;
    this.metadata = parts.metadata ?? {};
    this.requestId = parts.requestId;
  }
}
