import { Any } from '../../generated/google/protobuf/any.js';
import { callHeaders } from '../load/connection.js';
import { callOnce, openPool, type Pool } from '../load/pool.js';
import type { Workload } from '../load/workload.js';
import { COMPONENT_KEY } from '../load/workloads.js';
import type { Thoroughness } from '../options.js';
import { startReference } from '../processes/ask.js';
import { ECHO } from '../references/echo.js';
import type { Sample } from '../sample.js';
import type { Seeded } from '../seed/seeded.js';
import { capacity } from './capacity.js';

export interface Echo {
  readonly measure: () => Promise<Sample>;
  readonly close: () => Promise<void>;
}

/** E for one method: asks the real server once, and echoes messages and metadata of the same sizes. */
export async function startEcho(real: Pool, load: Workload, seeded: Seeded, how: Thoroughness): Promise<Echo> {
  const { message } = await callOnce(real, load.headers, load.message(0));
  // Less the tag and the length that an Any puts before its bytes.
  const replyBytes = message.length - (message.length < 130 ? 2 : 3);
  const server = await startReference('echo-server', { replyBytes });
  const pool = await openPool(server.port);
  const echoing = echoLoad(seeded, message.length);
  return {
    measure: () => capacity(pool, echoing, [server.pid], how),
    close: async () => {
      pool.close();
      await server.stop();
    },
  };
}

function echoLoad({ sessions, componentKey }: Seeded, replyBytes: number): Workload {
  const asked = sessions
    .slice(0, 1000)
    .map(({ token }) => Buffer.from(Any.encode(Any.fromPartial({ typeUrl: token })).finish()));
  let at = 0;
  return {
    headers: callHeaders(ECHO, { [COMPONENT_KEY]: componentKey }),
    next: () => at++ % asked.length,
    message: (index) => asked[index] ?? Buffer.alloc(0),
    fault: (_, { status, message }) =>
      status === 0 && message.length === replyBytes
        ? undefined
        : `the echo answered ${status}, ${message.length} bytes`,
  };
}
