import { type Connection, callHeaders, connect } from '../../bench/load/connection.js';
import { StartSignInRequest } from '../../generated/sallyport/auth/v1/auth_service.js';
import { clientOf, firstAdministrator } from '../../test/support/people.js';
import { startSallyport } from '../../test/support/sallyport.js';
import { areaUnderCurve } from '../../test/timing/area-under-curve.js';
import { portOf } from '../fleet.js';
import type { Progress } from '../scenario.js';
import type { Pair } from './pair.js';

export interface Measure {
  /** Of each kind. */
  readonly calls: number;
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface ToldApart {
  /** 0.5: not at all; 0 or 1: always. */
  readonly area: number;
  /** Medians in milliseconds. */
  readonly one: number;
  readonly other: number;
}

const HEADERS = callHeaders('/sallyport.auth.v1.AuthService/StartSignIn');

/** Asks for a name of the one kind and one of the other, in turns, and tells how well the time tells them apart. */
export async function toldApart(pair: Pair, { calls, entry, env }: Measure, report: Progress): Promise<ToldApart> {
  const server = await startSallyport({ entry, env: { SALLYPORT_LOG_LEVEL: 'error', ...env } });
  const client = clientOf(server);
  const connection = await connect(portOf(server));
  const times: { one: number[]; other: number[] } = { one: [], other: [] };
  try {
    const { session } = await firstAdministrator(server, client);
    const kinds = await pair.make(client, session, Math.ceil(calls / pair.tries));
    for (let call = 0; call < calls; call++) {
      // Which one comes first must not matter.
      const order = call % 2 === 0 ? (['one', 'other'] as const) : (['other', 'one'] as const);
      for (const kind of order) {
        const name = kinds[kind][Math.floor(call / pair.tries)] ?? '';
        times[kind].push(await timed(connection, name, pair.status));
      }
      report(call + 1);
    }
  } finally {
    connection.close();
    client.close();
    await server.stop();
  }
  return { area: areaUnderCurve(times.one, times.other), one: median(times.one), other: median(times.other) };
}

async function timed(connection: Connection, username: string, wanted: number): Promise<number> {
  const request = { username, password: 'not the password', clientContext: undefined };
  const message = Buffer.from(StartSignInRequest.encode(request).finish());
  const since = performance.now();
  const { status } = await new Promise<{ status: number }>((answered) => connection.call(HEADERS, message, answered));
  const took = performance.now() - since;
  if (status !== wanted) throw new Error(`${username} was answered with status ${status}, not ${wanted}`);
  return took;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
