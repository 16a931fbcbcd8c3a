import { setTimeout as pause } from 'node:timers/promises';
import { SallyportError } from '../../src/client/index.js';
import type { Client } from '../../test/support/people.js';

export const DEADLINE = 1500;
/** A busy machine may be this late to say that time is up. */
const GRACE = 1000;
const WRITERS = 3;
const READERS = 3;
const GUESSERS = 1;
/** What a caller can understand: come back later. */
const CLEAR = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'RESOURCE_EXHAUSTED', 'ABORTED']);

export interface Traffic {
  /** Roles whose making was acknowledged. */
  readonly acknowledged: readonly string[];
  readonly calls: () => number;
  /** How many of them were told to come back later. */
  readonly refused: () => number;
  /** Ends it; answers each call that did not end as it should have. */
  readonly end: () => Promise<readonly string[]>;
}

/** Callers who write, ask and guess, one call after the other each, until they are told to stop. */
export function startTraffic(client: Client, session: string, label: string): Traffic {
  const acknowledged: string[] = [];
  const wrong = new Set<string>();
  let calls = 0;
  let refused = 0;
  let over = false;
  const options = { session, deadlineMs: DEADLINE };
  const again = async (call: (n: number) => Promise<unknown>, isMeant: (error: SallyportError) => boolean) => {
    for (let n = 0; !over; n++) {
      const start = performance.now();
      await call(n).catch((error: unknown) => {
        if (!(error instanceof SallyportError)) throw error;
        if (isMeant(error)) return;
        refused++;
        if (!CLEAR.has(error.status)) wrong.add(`a call ended with ${error.status}: ${error.message}`);
      });
      calls++;
      const took = performance.now() - start;
      if (took > DEADLINE + GRACE) wrong.add(`a call took ${Math.round(took)} ms, its deadline was ${DEADLINE}`);
      await pause(20);
    }
  };
  const write = (writer: number) => async (n: number) => {
    const name = `${label} ${writer} ${n}`;
    await client.admin.createRole({ name }, options);
    acknowledged.push(name);
  };
  const look = () => client.auth.validateSession({ sessionToken: session }, { deadlineMs: DEADLINE });
  const guess = (n: number) =>
    client.auth.startSignIn({ username: `nobody ${label} ${n}`, password: 'wrong wrong' }, { deadlineMs: DEADLINE });
  const never = (): boolean => false;
  const callers = [
    ...Array.from({ length: WRITERS }, (_, writer) => again(write(writer), never)),
    ...Array.from({ length: READERS }, () => again(look, never)),
    ...Array.from({ length: GUESSERS }, () => again(guess, ({ reason }) => reason === 'INVALID_CREDENTIALS')),
  ];
  return {
    acknowledged,
    calls: () => calls,
    refused: () => refused,
    end: async () => {
      over = true;
      await Promise.all(callers);
      return [...wrong];
    },
  };
}
