import { setTimeout as pause } from 'node:timers/promises';
import { status as STATUS } from '@grpc/grpc-js';
import { callHeaders, connect, type Reply } from '../../bench/load/connection.js';
import type { Fields } from '../../bench/load/hpack.js';
import { CreateRoleRequest } from '../../generated/sallyport/admin/v1/role.js';
import { StartSignInRequest, ValidateSessionRequest } from '../../generated/sallyport/auth/v1/auth_service.js';

/** In milliseconds, as a caller tells it to the server, which has to keep it: nobody here hangs up. */
export const DEADLINE = 1500;
/** A busy machine may be this late to say that time is up. */
const GRACE = 1000;
/** Who has no answer by then gets none. */
const LOST = 4 * DEADLINE;
const WRITERS = 3;
const READERS = 3;
const GUESSERS = 1;
/** What a caller can understand: come back later. */
const CLEAR: readonly number[] = [
  STATUS.UNAVAILABLE,
  STATUS.DEADLINE_EXCEEDED,
  STATUS.RESOURCE_EXHAUSTED,
  STATUS.ABORTED,
];

export interface Traffic {
  /** Roles whose making was acknowledged. */
  readonly acknowledged: readonly string[];
  readonly calls: () => number;
  /** How many of them were told to come back later. */
  readonly refused: () => number;
  /** Ends it; answers each call that did not end as it should have. */
  readonly end: () => Promise<readonly string[]>;
}

interface Asked {
  readonly headers: Fields;
  readonly message: (n: number) => Uint8Array;
  /** The status of an answer that is all right. */
  readonly meant: number;
  readonly answered?: (n: number) => void;
}

const headersOf = (method: string, metadata: Readonly<Record<string, string>> = {}): Fields =>
  callHeaders(`/sallyport.${method}`, { 'grpc-timeout': `${DEADLINE}m`, ...metadata });

/** Callers who write, ask and guess, one call after the other each, until they are told to stop. */
export async function startTraffic(port: number, session: string, label: string): Promise<Traffic> {
  const connection = await connect(port);
  const acknowledged: string[] = [];
  const wrong = new Set<string>();
  let calls = 0;
  let refused = 0;
  let over = false;
  const ask = (headers: Fields, message: Uint8Array): Promise<Reply | undefined> =>
    Promise.race([
      new Promise<Reply>((done) => connection.call(headers, Buffer.from(message), done)),
      pause(LOST, undefined),
    ]);
  const judge = (reply: Reply | undefined): void => {
    if (reply === undefined) wrong.add('a call got no answer at all');
    else if (!CLEAR.includes(reply.status)) wrong.add(`a call ended with ${STATUS[reply.status]}`);
    else if (reply.message.length > 0) wrong.add('a call that was refused brought something along');
  };
  const again = async ({ headers, message, meant, answered }: Asked): Promise<void> => {
    for (let n = 0; !over; n++) {
      const start = performance.now();
      const reply = await ask(headers, message(n));
      const took = performance.now() - start;
      calls++;
      if (reply?.status === meant) answered?.(n);
      else {
        refused++;
        judge(reply);
      }
      if (took > DEADLINE + GRACE) wrong.add(`a call took ${Math.round(took)} ms, its deadline was ${DEADLINE}`);
      await pause(20);
    }
  };
  const writer = (_: unknown, who: number): Asked => {
    const name = (n: number): string => `${label} ${who} ${n}`;
    return {
      headers: headersOf('admin.v1.AdminService/CreateRole', { authorization: `Bearer ${session}` }),
      message: (n) => CreateRoleRequest.encode(CreateRoleRequest.fromPartial({ name: name(n) })).finish(),
      meant: STATUS.OK,
      answered: (n) => acknowledged.push(name(n)),
    };
  };
  const reader = (): Asked => ({
    headers: headersOf('auth.v1.AuthService/ValidateSession'),
    message: () => ValidateSessionRequest.encode({ sessionToken: session, passive: false }).finish(),
    meant: STATUS.OK,
  });
  const guesser = (): Asked => ({
    headers: headersOf('auth.v1.AuthService/StartSignIn'),
    message: (n) =>
      StartSignInRequest.encode({
        username: `nobody ${label} ${n}`,
        password: 'wrong wrong',
        clientContext: undefined,
      }).finish(),
    meant: STATUS.UNAUTHENTICATED,
  });
  const callers = [
    ...Array.from({ length: WRITERS }, writer),
    ...Array.from({ length: READERS }, reader),
    ...Array.from({ length: GUESSERS }, guesser),
  ].map(again);
  return {
    acknowledged,
    calls: () => calls,
    refused: () => refused,
    end: async () => {
      over = true;
      await Promise.all(callers);
      connection.close();
      return [...wrong];
    },
  };
}
