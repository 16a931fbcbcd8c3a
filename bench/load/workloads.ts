/** What the benchmark asks of Sallyport, with every reply looked at. */
import { ListUsersRequest, ListUsersResponse } from '../../generated/sallyport/admin/v1/user.js';
import {
  StartSignInRequest,
  StartSignInResponse,
  ValidateSessionRequest,
  ValidateSessionResponse,
  VerifyOtpRequest,
  VerifyOtpResponse,
} from '../../generated/sallyport/auth/v1/auth_service.js';
import type { Person, Seeded, SeededSession } from '../seed/seeded.js';
import { totpAt } from '../totp.js';
import { callHeaders, type Reply } from './connection.js';
import type { Fields } from './hpack.js';
import type { Workload } from './workload.js';

const AUTH = '/sallyport.auth.v1.AuthService';
const LIST_USERS = '/sallyport.admin.v1.AdminService/ListUsers';
export const COMPONENT_KEY = 'sallyport-component-key';

const bytes = (writer: { finish: () => Uint8Array }): Buffer => Buffer.from(writer.finish());
const random = (below: number): number => Math.floor(Math.random() * below);

/** Undefined where it came through, else what came instead. */
const refused = (what: string, { status }: Reply): string | undefined =>
  status === 0 ? undefined : `${what} was answered with status ${status}`;

/** Any of the sessions, at random; the reply has to be about that one. */
export function validateSession({ sessions, componentKey }: Seeded): Workload {
  const begins: Buffer[] = [];
  const asked: Buffer[] = [];
  const of = (index: number): SeededSession => {
    const session = sessions[index];
    if (!session) throw new Error('there is no such session');
    return session;
  };
  return {
    headers: callHeaders(`${AUTH}/ValidateSession`, { [COMPONENT_KEY]: componentKey }),
    next: () => random(sessions.length),
    message: (index) => {
      asked[index] ??= bytes(ValidateSessionRequest.encode({ sessionToken: of(index).token, passive: false }));
      return asked[index];
    },
    fault: (index, reply) => {
      begins[index] ??= beginning(of(index));
      const begin = begins[index];
      if (reply.status !== 0) return refused('ValidateSession', reply);
      return reply.message.subarray(0, begin.length).equals(begin)
        ? undefined
        : 'ValidateSession told of another session';
    },
  };
}

// Fields one to four; a field that is not set leaves nothing.
const beginning = ({ id, owner: { userId, name } }: SeededSession): Buffer =>
  bytes(
    ValidateSessionResponse.encode(
      ValidateSessionResponse.fromPartial({ sessionId: id, componentId: 'console', userId, username: name }),
    ),
  );

/** Right codes, one a person, in order, each good once. */
export function verifyOtp({ people, componentKey }: Seeded, { from = 0, to = people.length } = {}): Workload {
  let at = from;
  return {
    headers: callHeaders(`${AUTH}/VerifyOtp`, { [COMPONENT_KEY]: componentKey }),
    next: () => {
      if (at >= to) throw new Error('no sign-ins are left: seed more');
      return at++;
    },
    message: (index) => {
      const { signInToken, secret } = personAt(people, index);
      return bytes(VerifyOtpRequest.encode({ signInToken, code: totpAt(secret, Date.now()), factorId: '' }));
    },
    fault: (_, reply) => {
      if (reply.status !== 0) return refused('VerifyOtp', reply);
      const { step } = VerifyOtpResponse.decode(reply.message);
      const opened = step?.step?.$case === 'session' && step.step.value.sessionToken.startsWith('sst_');
      return opened ? undefined : 'VerifyOtp opened no session';
    },
  };
}

/** Right passwords of one person after the other; what comes next is the second factor. */
export function startSignIn({ people, componentKey, password, withPassword }: Seeded): Workload {
  let at = random(withPassword);
  return {
    headers: callHeaders(`${AUTH}/StartSignIn`, { [COMPONENT_KEY]: componentKey }),
    next: () => at++ % withPassword,
    message: (index) => {
      const { name } = personAt(people, index);
      return bytes(StartSignInRequest.encode({ username: name, password, clientContext: undefined }));
    },
    fault: (_, reply) => {
      if (reply.status !== 0) return refused('StartSignIn', reply);
      const { step } = StartSignInResponse.decode(reply.message);
      return step?.step?.$case === 'challenge' ? undefined : 'StartSignIn led to no challenge';
    },
  };
}

/** One page of users, again and again. */
export function listUsers(seeded: Seeded, pageToken: string, pageSize: number): Workload {
  const request = bytes(ListUsersRequest.encode(ListUsersRequest.fromPartial({ pageSize, pageToken })));
  return {
    headers: listUsersHeaders(seeded),
    next: () => 0,
    message: () => request,
    fault: (_, reply) => {
      if (reply.status !== 0) return refused('ListUsers', reply);
      return countUsers(reply.message) === pageSize ? undefined : 'ListUsers told of too few';
    },
  };
}

export const listUsersHeaders = ({ componentKey, administrator }: Seeded): Fields =>
  callHeaders(LIST_USERS, { [COMPONENT_KEY]: componentKey, authorization: `Bearer ${administrator}` });

/** How many users a page tells of, without decoding them: field one, again and again. */
export function countUsers(message: Buffer): number {
  let count = 0;
  for (let at = 0; message[at] === 0x0a; count++) {
    let length = 0;
    let shift = 0;
    let byte: number;
    do {
      at += 1;
      byte = message[at] ?? 0;
      length |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte & 0x80);
    at += 1 + length;
  }
  return count;
}

export const nextPage = (reply: Reply): string => ListUsersResponse.decode(reply.message).nextPageToken;

function personAt(people: readonly Person[], index: number): Person {
  const person = people[index];
  if (!person) throw new Error('there is nobody');
  return person;
}
