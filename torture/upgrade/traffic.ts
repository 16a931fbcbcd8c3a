import { setTimeout as pause } from 'node:timers/promises';
import { type Sallyport as Client, connect, SallyportError } from '../../src/client/index.js';
import type { Sallyport } from '../../test/support/sallyport.js';

/** People who go on working while somebody upgrades. */
export interface Traffic {
  /** Names of users whose making was acknowledged. */
  readonly acknowledged: ReadonlySet<string>;
  /** Answers that nobody should get, whatever is being upgraded. */
  readonly wrong: readonly string[];
  /** Waits until so many more were acknowledged, at most ten seconds. */
  readonly goesOn: (more: number) => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

const BETWEEN = 10;
const PATIENCE = 10_000;
/** A server that is being replaced is away, and says so or says nothing. */
const AWAY: ReadonlySet<string> = new Set(['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED', 'ABORTED']);

export function startTraffic(servers: readonly Sallyport[], session: string): Traffic {
  const acknowledged = new Set<string>();
  const wrong: string[] = [];
  let stopped = false;
  let next = 0;
  const work = async (server: Sallyport): Promise<void> => {
    let client: Client | undefined;
    while (!stopped) {
      client ??= connect({ address: server.socket, session, deadlineMs: PATIENCE });
      const username = `user${next++}`;
      try {
        await client.admin.createUser({ username });
        acknowledged.add(username);
        await client.auth.validateSession({ sessionToken: session });
      } catch (error) {
        if (!isAway(error)) wrong.push(`${username}: ${String(error)}`);
        client.close();
        client = undefined;
      }
      await pause(BETWEEN);
    }
    client?.close();
  };
  const workers = servers.map(work);
  return {
    acknowledged,
    wrong,
    goesOn: async (more) => {
      const wanted = acknowledged.size + more;
      for (const end = Date.now() + PATIENCE; Date.now() < end; await pause(BETWEEN))
        if (acknowledged.size >= wanted) return true;
      return false;
    },
    stop: async () => {
      stopped = true;
      await Promise.all(workers);
    },
  };
}

const isAway = (error: unknown): boolean => error instanceof SallyportError && AWAY.has(error.status);
