/** The fastest page that the same runtime could send: one prepared keyset query, its rows as the same messages. */
import type { ServerUnaryCall, ServiceDefinition, sendUnaryData } from '@grpc/grpc-js';
import Database from 'better-sqlite3';
import { ListUsersRequest, ListUsersResponse, User, UserState } from '../../generated/sallyport/admin/v1/user.js';
import { UserKind } from '../../generated/sallyport/auth/v1/session.js';
import { question } from './answer.js';
import { KEYSET } from './echo.js';
import { serve } from './serve.js';

interface Row {
  readonly id: string;
  readonly name: Buffer;
  readonly display_name: string;
  readonly email: string;
  readonly created_at: number;
  readonly enrolled_at: number | null;
}

const { path } = await question<{ path: string }>();
const db = new Database(path, { readonly: true });
const page = db.prepare<[Buffer], Row>(
  'SELECT id, name, display_name, email, created_at, enrolled_at FROM users WHERE name > ? ORDER BY name LIMIT 1000',
);

const toUser = (row: Row): User =>
  User.fromPartial({
    userId: row.id,
    username: row.name.toString(),
    displayName: row.display_name,
    email: row.email,
    kind: UserKind.USER_KIND_PERSON,
    state: UserState.USER_STATE_ACTIVE,
    createTime: new Date(row.created_at),
    enrolled: row.enrolled_at !== null,
  });

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
