import { ListUsersRequest } from '../../generated/sallyport/admin/v1/user.js';
import type { Installation, Lab } from '../lab.js';
import { callHeaders, type Reply } from '../load/connection.js';
import { callOnce, openPool, type Pool } from '../load/pool.js';
import type { Workload } from '../load/workload.js';
import { countUsers, listUsers, listUsersHeaders, nextPage } from '../load/workloads.js';
import type { Thoroughness } from '../options.js';
import { startReference } from '../processes/ask.js';
import { databaseFileOf, startSallyport } from '../processes/sallyport.js';
import { KEYSET } from '../references/echo.js';
import type { Sample } from '../sample.js';
import type { Opened, Scenario } from '../scenario.js';
import type { Seeded } from '../seed/seeded.js';
import type { Closable } from '../shared.js';
import { capacity, longEnough } from './capacity.js';

const PAGE = 1000;
const FEW = 4;
const FAMILY = 'list-users';
const REFERENCE = 'a bare keyset query for the same answer, byte for byte, behind grpc-js and the same messages';

const against = (which: 'first' | 'deepest'): Scenario => ({
  name: `list-users-${which}`,
  title: `ListUsers, the ${which} page of 1,000`,
  unit: 'pages/s',
  reference: REFERENCE,
  target: { bound: 'at least', ratio: 0.8 },
  family: FAMILY,
  open: (lab) =>
    onLarge(lab, async ({ pool, pid, seeded, installation, deepest }) => {
      const [token, after] = which === 'first' ? ['', ''] : [deepest.token, deepest.after];
      const path = databaseFileOf(installation.home);
      const same = await startKeyset(path, false);
      const alone = await startKeyset(path, true);
      const long = longEnough(lab.options);
      const load = listUsers(seeded, token, PAGE);
      mustBeAlike(await callOnce(pool, load.headers, load.message(0)), await same.once(after));
      const usersAlone = await alone.measure(after, long);
      await alone.close();
      return {
        subject: () => capacity(pool, load, [pid], long, FEW),
        reference: () => same.measure(after, long),
        facts: { pagesOfUserRowsAlonePerSecond: Math.round(usersAlone.value) },
        close: same.close,
      };
    }),
});

export const listUsersFirst: Scenario = against('first');
export const listUsersDeepest: Scenario = against('deepest');

export const listUsersDepth: Scenario = {
  name: 'list-users-depth',
  title: 'ListUsers, processor time of the deepest page of 1,000',
  unit: 'µs/page',
  reference: 'the first page',
  target: { bound: 'at most', ratio: 1.1 },
  family: FAMILY,
  open: (lab) =>
    onLarge(lab, async ({ pool, pid, seeded, deepest }) => {
      const page = async (token: string) => {
        const { cpuMicros = 0, value } = await capacity(
          pool,
          listUsers(seeded, token, PAGE),
          [pid],
          longEnough(lab.options),
          FEW,
        );
        return { value: cpuMicros, perSecond: value };
      };
      return {
        subject: () => page(deepest.token),
        reference: () => page(''),
        sameProcesses: true,
        close: async () => undefined,
      };
    }),
};

interface OnLarge {
  readonly pool: Pool;
  readonly pid: number;
  readonly seeded: Seeded;
  readonly installation: Installation;
  readonly deepest: Deepest;
}

async function onLarge(lab: Lab, sides: (on: OnLarge) => Promise<Opened>): Promise<Opened> {
  const opened = await sides(await lab.shared.by(FAMILY, () => startOnLarge(lab)));
  return { ...opened, facts: { ...opened.facts, users: lab.options.large.users } };
}

async function startOnLarge(lab: Lab): Promise<OnLarge & Closable> {
  const installation = await lab.large();
  const { home, seeded } = installation;
  const server = await startSallyport(home);
  const pool = await openPool(server.port);
  const close = async (): Promise<void> => {
    pool.close();
    await server.stop();
  };
  return { pool, pid: server.pid, seeded, installation, deepest: await walkDown(pool, seeded), close };
}

/** The token of the last full page, and the name before it. */
interface Deepest {
  readonly token: string;
  readonly after: string;
}

/** Page by page as anybody would have to, to the last one that is full. */
async function walkDown(pool: Pool, seeded: Seeded): Promise<Deepest> {
  let token = '';
  let deepest = { token: '', after: '' };
  for (;;) {
    const request = ListUsersRequest.encode(ListUsersRequest.fromPartial({ pageSize: PAGE, pageToken: token }));
    const reply = await callOnce(pool, listUsersHeaders(seeded), Buffer.from(request.finish()));
    if (reply.status !== 0) throw new Error(`ListUsers was answered with status ${reply.status}`);
    if (countUsers(reply.message) === PAGE) deepest = { token, after: nameBefore(token) };
    token = nextPage(reply);
    if (token === '') return deepest;
  }
}

// The page tokens are signed, not sealed: what stands in them can be read, not written.
function nameBefore(token: string): string {
  if (token === '') return '';
  const { after } = JSON.parse(Buffer.from(token, 'base64url').subarray(32).toString()) as { after: string };
  return after;
}

interface Keyset extends Closable {
  readonly once: (after: string) => Promise<Reply>;
  readonly measure: (after: string, how: Thoroughness) => Promise<Sample>;
}

async function startKeyset(path: string, alone: boolean): Promise<Keyset> {
  const server = await startReference('keyset-server', { path, alone });
  const pool = await openPool(server.port);
  return {
    once: (after) => callOnce(pool, keysetLoad(after).headers, keysetLoad(after).message(0)),
    measure: (after, how) => capacity(pool, keysetLoad(after), [server.pid], how, FEW),
    close: async () => {
      pool.close();
      await server.stop();
    },
  };
}

// The reference knows nothing of page tokens, which come last in a message.
function mustBeAlike({ message }: Reply, { message: bare }: Reply): void {
  if (bare.length === 0 || !message.subarray(0, bare.length).equals(bare))
    throw new Error('the keyset query and ListUsers tell of different users');
}

function keysetLoad(after: string): Workload {
  const request = Buffer.from(
    ListUsersRequest.encode(ListUsersRequest.fromPartial({ usernamePrefix: after })).finish(),
  );
  return {
    headers: callHeaders(KEYSET),
    next: () => 0,
    message: () => request,
    fault: (_, { status, message }) =>
      status === 0 && countUsers(message) === PAGE ? undefined : `the keyset query answered ${status}`,
  };
}
