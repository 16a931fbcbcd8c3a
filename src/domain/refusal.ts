/** Every reason there is, as `ErrorInfo.reason` says it. The errors proto lists the same; a test keeps them equal. */
export const REASONS = [
  'FIELDS_INVALID',
  'INVALID_CREDENTIALS',
  'INVALID_CODE',
  'ENROLLMENT_CODE_INVALID',
  'SIGN_IN_EXPIRED',
  'ENROLLMENT_TAKEN',
  'SESSION_REQUIRED',
  'SESSION_INACTIVE',
  'COMPONENT_REQUIRED',
  'LOCKED_OUT',
  'OVERLOADED',
  'MFA_REQUIRED',
  'STEP_UP_REQUIRED',
  'ENROLL_FIRST',
  'GROUPS_PRESENT',
  'MFA_ENABLED',
  'LAST_ADMINISTRATOR',
  'LAST_FACTOR',
  'BUILT_IN',
  'ROLE_IN_USE',
  'LIMIT_REACHED',
  'USE_START_SIGN_IN',
  'NOT_ON_YOURSELF',
  'PERMISSION_MISSING',
  'TARGET_OUTRANKS',
  'COMPONENT_REFUSED',
  'NETWORK_REFUSED',
  'SERVICE_ACCOUNT_REFUSED',
  'NAME_TAKEN',
  'NOT_FOUND',
  'CONFLICT',
  'BACKEND_UNAVAILABLE',
  'INTERNAL',
] as const;

export type Reason = (typeof REASONS)[number];

/** One malformed field: its path as the proto names it, and what a person should change. */
export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

/** One thing that stands in the way: GROUPS_PRESENT names each group. */
export interface PreconditionViolation {
  readonly type: string;
  readonly subject: string;
  readonly description: string;
}

/** What may stand beside a reason. Nothing in it is secret. */
export interface RefusalDetails {
  /** Replaces the reason's usual sentence. */
  readonly message?: string;
  /** Milliseconds from now until trying again makes sense. */
  readonly retryAfter?: number;
  readonly fields?: readonly FieldViolation[];
  readonly preconditions?: readonly PreconditionViolation[];
  /** The keys the errors proto lists: hint, clock_offset, max_age, methods, permission, limit. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The domain will not look, or will not do. Thrown; rolls its unit back. A wrong proof is a returned verdict instead. */
export class Refusal extends Error {
  readonly reason: Reason;
  readonly details: RefusalDetails;

  constructor(reason: Reason, details: RefusalDetails = {}) {
    super(details.message ?? reason);
    this.name = 'Refusal';
    this.reason = reason;
    this.details = details;
  }
}

/** Whether an error is a refusal, of one reason or of any. */
export function isRefusal(error: unknown, reason?: Reason): error is Refusal {
  return error instanceof Refusal && (reason === undefined || error.reason === reason);
}
