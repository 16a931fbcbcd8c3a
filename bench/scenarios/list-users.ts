import { ListUsersRequest } from '../../generated/sallyport/admin/v1/user.js';
import type { Installation, Lab } from '../lab.js';
import { callHeaders } from '../load/connection.js';
import { callOnce, openPool, type Pool } from '../load/pool.js';
import type { Workload } from '../load/workload.js';
import { countUsers, listUsers, listUsersHeaders, nextPage } from '../load/workloads.js';
import { startReference } from '../processes/ask.js';
import { databaseFileOf, startSallyport } from '../processes/sallyport.js';
import { KEYSET } from '../references/echo.js';
import type { Opened, Scenario } from '../scenario.js';
import type { Seeded } from '../seed/seeded.js';
import { capacity, longEnough } from './capacity.js';

const PAGE = 1000;
const FEW = 4;
const REFERENCE = 'a bare keyset query for the same rows, behind grpc-js and the same messages';

const against = (which: 'first' | 'deepest'): Scenario => ({
  name: `list-users-${which}`,
  title: `ListUsers, the ${which} page of 1,000`,
  unit: 'pages/s',
  reference: REFERENCE,
  target: { bound: 'at least', ratio: 0.8 },
  open: (lab) =>
    onLarge(lab, async ({ pool, pid, seeded, installation, deepest }) => {
      const after = which === 'first' ? '' : deepest.after;
      const server = await startReference('keyset-server', { path: databaseFileOf(installation.home) });
      const keyset = await openPool(server.port);
      return {
        subject: () =>
          capacity(
            pool,
            listUsers(seeded, which === 'first' ? '' : deepest.token, PAGE),
            [pid],
            longEnough(lab.options),
            FEW,
          ),
        reference: () => capacity(keyset, keysetLoad(after), [server.pid], longEnough(lab.options), FEW),
        close: async () => {
          keyset.close();
          await server.stop();
        },
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
      return { subject: () => page(deepest.token), reference: () => page(''), close: async () => undefined };
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
  const installation = await lab.large();
  const { home, seeded } = installation;
  const server = await startSallyport(home);
  const pool = await openPool(server.port);
  const opened = await sides({ pool, pid: server.pid, seeded, installation, deepest: await walkDown(pool, seeded) });
  return {
    ...opened,
    facts: { users: lab.options.large.users },
    close: async () => {
      await opened.close();
      pool.close();
      await server.stop();
    },
  };
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
