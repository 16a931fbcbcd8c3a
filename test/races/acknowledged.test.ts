import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { type Client, clientOf, firstAdministrator } from '../support/people.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';

const REPEATS = 5;
const CALLS = 200;
// A committed change of a role raises the shared row twice: where every change begins, and in the store.
const TOUCHES = 2;

let server: Sallyport;
afterEach(() => server.stop());

interface Round {
  /** Names whose creation was acknowledged. */
  readonly acknowledged: readonly string[];
  /** Calls that were refused after their unit had written: it touches the shared row before it looks. */
  readonly refused: number;
}

/** Parallel calls, every tenth of which is refused after a write. */
async function mixedCalls(client: Client, session: string, repeat: number): Promise<Round> {
  const create = async (index: number): Promise<string> => {
    const name = `round ${repeat} role ${index}`;
    await client.admin.createRole({ name }, { session });
    return name;
  };
  const refuse = (): Promise<unknown> => client.admin.deleteRole({ roleId: 'no-such-role' }, { session });
  const calls = Array.from({ length: CALLS }, (_, index) => (index % 10 === 9 ? refuse() : create(index)));
  const settled = await Promise.allSettled(calls);
  const acknowledged = settled.flatMap((call) => (call.status === 'fulfilled' ? [call.value as string] : []));
  return { acknowledged, refused: settled.length - acknowledged.length };
}

/** What the database holds once the server has stopped: role names, and how often the shared row was touched. */
function stored(): { names: Set<string>; touched: number } {
  const file = new Database(join(server.folder, 'data', 'sallyport.db'), { readonly: true });
  const names = file.prepare<[], string>("SELECT name FROM roles WHERE name LIKE 'round %'").pluck().all();
  const touched =
    file.prepare<[], number>("SELECT version FROM invariants WHERE name = 'administration'").pluck().get() ?? 0;
  file.close();
  return { names: new Set(names), touched };
}

async function rounds(entry: string): Promise<{ acknowledged: Set<string>; refused: number; before: number }> {
  server = await startSallyport({ entry });
  const client = clientOf(server);
  const { session } = await firstAdministrator(server, client);
  const before = stored().touched;
  const acknowledged = new Set<string>();
  let refused = 0;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const round = await mixedCalls(client, session, repeat);
    for (const name of round.acknowledged) acknowledged.add(name);
    refused += round.refused;
  }
  client.close();
  await server.kill();
  return { acknowledged, refused, before };
}

test('what was acknowledged over the wire is there, exactly, and what was refused after a write is not', async () => {
  const { acknowledged, refused, before } = await rounds('test/support/serve.js');
  const { names, touched } = stored();
  expect(refused).toBe((REPEATS * CALLS) / 10);
  expect(names).toEqual(acknowledged);
  // Every refused change took its touch back.
  expect(touched - before).toBe(acknowledged.size * TOUCHES);
}, 60_000);

test('the same test catches two units at once', async () => {
  const { acknowledged, before } = await rounds('test/support/serve-two-units-at-once.js');
  const { names, touched } = stored();
  const exact = names.size === acknowledged.size && touched - before === acknowledged.size * TOUCHES;
  expect(exact).toBe(false);
}, 60_000);
