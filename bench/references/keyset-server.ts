/** The fastest page that the same runtime could send: one prepared keyset query on its own connection, its rows as the same messages. */
import type { ServerUnaryCall, ServiceDefinition, sendUnaryData } from '@grpc/grpc-js';
import Database from 'better-sqlite3';
import { ListUsersRequest, ListUsersResponse, type User, UserState } from '../../generated/sallyport/admin/v1/user.js';
import { UserKind } from '../../generated/sallyport/auth/v1/session.js';
import { question } from './answer.js';
import { KEYSET } from './echo.js';
import { serve } from './serve.js';

type Row = readonly [
  id: string,
  name: string,
  displayName: string,
  email: string,
  createdAt: number,
  enrolledAt: number | null,
  roles?: string | null,
  factors?: number,
  oneTimeAt?: number | null,
  oneTimeEnd?: number | null,
  codeEnd?: number | null,
  secrets?: number,
];

const OWN = 'u.id, CAST(u.name AS TEXT), u.display_name, u.email, u.created_at, u.enrolled_at';
const WITH_ALL = `${OWN},
  (SELECT group_concat(role_id, ' ') FROM user_roles WHERE user_id = u.id),
  (SELECT COUNT(*) FROM factors WHERE user_id = u.id),
  p.created_at, p.expires_at, e.expires_at,
  CASE u.kind WHEN 'service-account' THEN (SELECT COUNT(*) FROM service_secrets WHERE user_id = u.id) ELSE 0 END`;
const HANGING = `LEFT JOIN passwords p ON p.user_id = u.id AND p.kind = 'one-time'
  LEFT JOIN enrollment_codes e ON e.user_id = u.id`;

/** `alone`: nothing but the users' own rows. */
const { path, alone } = await question<{ path: string; alone: boolean }>();
const db = new Database(path, { readonly: true });
const page = db
  .prepare<[Buffer], Row>(
    `SELECT ${alone ? OWN : WITH_ALL} FROM users u ${alone ? '' : HANGING} WHERE u.name > ? ORDER BY u.name LIMIT 1000`,
  )
  .raw();

// Only the first administrator has one here.
const endOf = (oneTimeAt: number, oneTimeEnd: number | null | undefined, roles: string | null | undefined): Date =>
  new Date(oneTimeEnd ?? oneTimeAt + (roles?.includes('backup-administrator') ? 24 : 72) * 60 * 60_000);

const toUser = (row: Row): User => {
  const [userId, username, displayName, email, createdAt, enrolledAt, roles, factors, ...rare] = row;
  const [oneTimeAt, oneTimeEnd, codeEnd, secrets] = rare;
  return {
    userId,
    username,
    displayName,
    email,
    kind: UserKind.USER_KIND_PERSON,
    state: UserState.USER_STATE_ACTIVE,
    roleIds: roles?.split(' ') ?? [],
    createTime: new Date(createdAt),
    lastSignInTime: undefined,
    passwordChangeDue: typeof oneTimeAt === 'number',
    oneTimePasswordExpireTime: typeof oneTimeAt === 'number' ? endOf(oneTimeAt, oneTimeEnd, roles) : undefined,
    enrolled: enrolledAt !== null,
    factorCount: factors ?? 0,
    enrollmentCodeExpireTime: typeof codeEnd === 'number' ? new Date(codeEnd) : undefined,
    waits: [],
    wrongCodesInBudget: 0,
    clockOffset: undefined,
    clockOffsetTime: undefined,
    ownerUserId: '',
    kindReason: '',
    endTime: undefined,
    serviceSecretCount: secrets ?? 0,
  };
};

const definition: ServiceDefinition = {
  page: {
    path: KEYSET,
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: ListUsersRequest) => Buffer.from(ListUsersRequest.encode(value).finish()),
    requestDeserialize: (bytes: Buffer) => ListUsersRequest.decode(bytes),
    responseSerialize: (value: ListUsersResponse) => Buffer.from(ListUsersResponse.encode(value).finish()),
    responseDeserialize: (bytes: Buffer) => ListUsersResponse.decode(bytes),
  },
};

serve(definition, {
  page: (
    { request }: ServerUnaryCall<ListUsersRequest, ListUsersResponse>,
    callback: sendUnaryData<ListUsersResponse>,
  ) => callback(null, { users: page.all(Buffer.from(request.usernamePrefix)).map(toUser), nextPageToken: '' }),
});
