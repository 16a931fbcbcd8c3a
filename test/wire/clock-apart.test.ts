import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { service as definitions } from 'grpc-health-check';
import { afterEach, describe, expect, test } from 'vitest';
import { SallyportError } from '../../src/client/index.js';
import { freshDatabase, mariadbIsHere } from '../support/mariadb.js';
import { type Client, clientOf, codeFor, firstAdministrator, PASSWORD } from '../support/people.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';

const entry = 'test/support/serve-comparing-clocks.js';
const opened: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A replica on the same database with the same keys, and a clock of its own: this far from the database's. */
async function replica(database: string, like: Sallyport, apart: number) {
  const clock = join(like.folder, 'clock-of-the-other');
  const setClock = (offset: number): void => writeFileSync(clock, String(offset));
  setClock(apart);
  const server = await startSallyport({ database, entry, like, env: { TEST_CLOCK_FILE: clock } });
  opened.push(server.stop);
  return { server, setClock, client: opening(server) };
}

function opening(server: Sallyport): Client {
  const client = clientOf(server);
  opened.push(() => client.close());
  return client;
}

interface HealthCheck {
  readonly path: string;
  readonly requestSerialize: (request: object) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => { readonly status: string };
}
const { Check } = definitions as unknown as { readonly Check: HealthCheck };

const health = async (client: Client): Promise<string> => (await client.unary(Check, { service: '' })).status;
const ready = async ({ metrics }: Sallyport): Promise<number> => (await fetch(`http://${metrics}/readyz`)).status;
const gauge = async ({ metrics }: Sallyport): Promise<string | undefined> =>
  /^sallyport_clock_trusted (\d)$/m.exec(await (await fetch(`http://${metrics}/metrics`)).text())?.[1];
const challenge = async ({ auth }: Client): Promise<string> => {
  const { step } = await auth.startSignIn({ username: 'administrator', password: PASSWORD });
  if (step?.step?.$case !== 'challenge') throw new Error('no challenge');
  return step.step.value.signInToken;
};

/** The real interval of the product, so this waits; it does not sleep longer than it must. */
async function untilTrusted({ auth }: Client): Promise<void> {
  for (let n = 0; n < 300 && !(await auth.getServerTime({})).trusted; n++) await pause(100);
}

describe.runIf(mariadbIsHere())('a replica', () => {
  test('whose clock is 6 s from MariaDB accepts no code and opens nothing, and comes back when mended', async () => {
    const database = await freshDatabase();
    opened.push(database.drop);
    const sound = await startSallyport({ database: database.url, entry });
    opened.push(sound.stop);
    const client = opening(sound);
    const { secret } = await firstAdministrator(sound, client);
    const wrong = await replica(database.url, sound, -6000);

    expect((await client.auth.getServerTime({})).trusted).toBe(true);
    expect((await wrong.client.auth.getServerTime({})).trusted).toBe(false);
    expect([await ready(sound), await ready(wrong.server)]).toEqual([200, 503]);
    expect([await health(client), await health(wrong.client)]).toEqual(['SERVING', 'NOT_SERVING']);
    expect([await gauge(sound), await gauge(wrong.server)]).toEqual(['1', '0']);
    expect(wrong.server.output()).toMatch(/clock is 6 s behind where it should be/);

    const refused = { status: 'UNAVAILABLE', reason: 'BACKEND_UNAVAILABLE', retryAfter: 10_000 };
    await expect(challenge(wrong.client)).rejects.toMatchObject(refused);
    const typed = { signInToken: await challenge(client), code: codeFor(sound, secret, 1) };
    const answer = await wrong.client.auth.verifyOtp(typed).catch((error: unknown) => error);
    expect(answer).toBeInstanceOf(SallyportError);
    expect(answer).toMatchObject(refused);

    wrong.setClock(0);
    await untilTrusted(wrong.client);
    const { step } = await wrong.client.auth.verifyOtp(typed);
    expect(step?.step?.$case).toBe('session');
    expect(await ready(wrong.server)).toBe(200);
    expect(wrong.server.output()).toContain('the clock is trusted again');
  }, 90_000);
});
