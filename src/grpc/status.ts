import { type Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { Status } from '../../generated/google/rpc/status.js';
import { type Reason, Refusal } from '../domain/refusal.js';
import { cutTo, wireLength } from './fit.js';
import { detailsOf } from './status-details.js';

type Answer = readonly [status: status, message: string];

/** Every reason's status, and the sentence that tells a person what to do next. Exhaustive by its type. */
export const ANSWERS: Readonly<Record<Reason, Answer>> = {
  FIELDS_INVALID: [status.INVALID_ARGUMENT, 'Some fields cannot be used as they are.'],
  INVALID_CREDENTIALS: [status.UNAUTHENTICATED, 'Name or password is wrong.'],
  INVALID_CODE: [status.UNAUTHENTICATED, 'The code is wrong. Wait for the next one and try again.'],
  ENROLLMENT_CODE_INVALID: [
    status.UNAUTHENTICATED,
    'The enrolment code is wrong, used or expired. Ask an administrator for a new one.',
  ],
  SIGN_IN_EXPIRED: [status.UNAUTHENTICATED, 'This sign-in has ended. Start again with name and password.'],
  ENROLLMENT_TAKEN: [
    status.UNAUTHENTICATED,
    'Another sign-in of this user has just enrolled a device. If that was not you, tell your administrator at once.',
  ],
  SESSION_REQUIRED: [
    status.UNAUTHENTICATED,
    'Sign in first: this call needs a session of yours, opened through this component.',
  ],
  SESSION_INACTIVE: [status.UNAUTHENTICATED, 'This session is not valid.'],
  COMPONENT_REQUIRED: [
    status.UNAUTHENTICATED,
    'The calling program must prove which component it is, by sallyport-component-key or by a registered client certificate.',
  ],
  LOCKED_OUT: [status.RESOURCE_EXHAUSTED, 'Too many failures. Wait, then try again, or ask an administrator.'],
  OVERLOADED: [status.RESOURCE_EXHAUSTED, 'The server is busy. Nothing was counted; try again shortly.'],
  MFA_REQUIRED: [
    status.FAILED_PRECONDITION,
    'People cannot sign in through this component while multi-factor authentication is on.',
  ],
  STEP_UP_REQUIRED: [status.FAILED_PRECONDITION, 'Prove yourself again: call Reauthenticate, then repeat this call.'],
  ENROLL_FIRST: [
    status.FAILED_PRECONDITION,
    'Enrol a device of your own first, then switch multi-factor authentication on.',
  ],
  GROUPS_PRESENT: [status.FAILED_PRECONDITION, 'Groups cannot hold a second factor. Delete them first.'],
  MFA_ENABLED: [status.FAILED_PRECONDITION, 'This is not possible while multi-factor authentication is on.'],
  LAST_ADMINISTRATOR: [
    status.FAILED_PRECONDITION,
    'No administrator who can sign in would be left. Make another one ready first.',
  ],
  LAST_FACTOR: [status.FAILED_PRECONDITION, 'The last usable device can only be replaced. Enrol another one first.'],
  BUILT_IN: [status.FAILED_PRECONDITION, 'What is built in cannot be changed this way.'],
  ROLE_IN_USE: [status.FAILED_PRECONDITION, 'Users still hold this role. Take it from them first.'],
  LIMIT_REACHED: [status.FAILED_PRECONDITION, 'There may be no more of these. Remove one first.'],
  USE_START_SIGN_IN: [status.FAILED_PRECONDITION, 'People sign in with StartSignIn.'],
  NOT_ON_YOURSELF: [
    status.FAILED_PRECONDITION,
    'Administrators do not do this to themselves. Ask another administrator.',
  ],
  PERMISSION_MISSING: [status.PERMISSION_DENIED, 'You lack the permission for this.'],
  TARGET_OUTRANKS: [
    status.PERMISSION_DENIED,
    'This user holds a permission that you lack. Ask an administrator who holds it.',
  ],
  COMPONENT_REFUSED: [status.PERMISSION_DENIED, 'This component may not be used for this. Use the console.'],
  NETWORK_REFUSED: [status.PERMISSION_DENIED, 'This secret may not be used from the network that the call came from.'],
  SERVICE_ACCOUNT_REFUSED: [
    status.PERMISSION_DENIED,
    'Service accounts cannot do this, and it cannot be done to them.',
  ],
  NAME_TAKEN: [status.ALREADY_EXISTS, 'This is taken.'],
  NOT_FOUND: [status.NOT_FOUND, 'There is nothing with this name or id.'],
  CONFLICT: [status.ABORTED, 'Other calls changed the same thing. Nothing was changed; try again.'],
  BACKEND_UNAVAILABLE: [
    status.UNAVAILABLE,
    'The service cannot rely on its database, keys or clock now. Try again shortly.',
  ],
  INTERNAL: [status.INTERNAL, 'Something went wrong on our side. Quote the request id to your administrator.'],
};

export const DETAILS_KEY = 'grpc-status-details-bin';
// Many clients refuse trailers above 8 KiB and then show no error at all: both together stay below, base64 included.
const LONGEST_MESSAGE = 1200;
const LARGEST_STATUS = 4800;

/** An error as grpc-js sends it. Anything that is not a refusal is our bug: INTERNAL, with nothing in it. */
export function toStatus(error: unknown, trailer: Metadata): ServiceError {
  const refusal = error instanceof Refusal ? error : new Refusal('INTERNAL');
  const [code, usual] = ANSWERS[refusal.reason];
  const message = cutTo(LONGEST_MESSAGE, sentence(refusal, usual), wireLength);
  const details = detailsOf(refusal, LARGEST_STATUS - Buffer.byteLength(message));
  trailer.set(DETAILS_KEY, Buffer.from(Status.encode({ code, message, details }).finish()));
  return Object.assign(withoutStack(message), { code, details: message, metadata: trailer });
}

// Nobody sees where a status was made, and finding out costs more than the status.
function withoutStack(message: string): Error {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new Error(message);
  Error.stackTraceLimit = limit;
  return error;
}

const NAMED_FIELDS = 50;

// The message alone is enough for a person: it names every field and the time to wait.
function sentence({ details }: Refusal, usual: string): string {
  const text = details.message ?? usual;
  const fields = (details.fields ?? [])
    .slice(0, NAMED_FIELDS)
    .map(({ field, description }) => `${field}: ${description}`)
    .join(' ');
  const wait = details.retryAfter === undefined || details.retryAfter < 1000 ? '' : ` (${waiting(details.retryAfter)})`;
  return `${text}${fields === '' ? '' : ` ${fields}`}${wait}`;
}

function waiting(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 120 ? `${seconds} s left` : `${Math.ceil(seconds / 60)} min left`;
}
