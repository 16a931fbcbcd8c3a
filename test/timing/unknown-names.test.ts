import { afterEach, describe, expect, test } from 'vitest';
import type { SallyportError } from '../../src/client/index.js';
import { type Client, clientOf, firstAdministrator } from '../support/people.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';
import { areaUnderCurve } from './area-under-curve.js';

const PAIRS = 500;
// What is told apart by a hash of difference is told by fewer.
const PAIRS_WITHOUT_DECOY = 100;
// More would start a wait, and a wait answers at once.
const TRIES_A_NAME = 5;
/** Beside other tests; alone, as in the torture chamber, it is over 0.95. */
const CLEARLY = 0.85;
/** In KiB: a millisecond a hash. What else differs between the two weighs the more. */
const SHORT = '1024';

let server: Sallyport;
afterEach(() => server.stop());

describe('the time a refusal takes', () => {
  test('does not tell an unknown name from a wrong password, 500 interleaved pairs', async () => {
    const area = await toldApart('test/support/serve.js', PAIRS, SHORT);
    expect(area).toBeGreaterThan(0.42);
    expect(area).toBeLessThan(0.58);
  }, 240_000);

  test('tells them apart in the build without the decoy hash', async () => {
    expect(await toldApart('test/support/serve-without-decoy.js', PAIRS_WITHOUT_DECOY, 'real')).toBeGreaterThan(
      CLEARLY,
    );
  }, 240_000);

  test('is compared by a measure that is right at its ends and its middle', () => {
    expect(areaUnderCurve([1, 2, 3], [4, 5, 6])).toBe(1);
    expect(areaUnderCurve([4, 5, 6], [1, 2, 3])).toBe(0);
    expect(areaUnderCurve([1, 2], [1, 2])).toBe(0.5);
  });
});

async function toldApart(entry: string, pairs: number, hashes: string): Promise<number> {
  server = await startSallyport({ entry, env: { TEST_HASHES: hashes } });
  const client = clientOf(server);
  const names = await knownNames(client, pairs / TRIES_A_NAME);
  const unknown: number[] = [];
  const known: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const name = names[pair % names.length] ?? '';
    const asks = [() => timed(client, `nobody${pair}`, unknown), () => timed(client, name, known)];
    // Which one comes first must not matter.
    for (const ask of pair % 2 === 0 ? asks : asks.reverse()) await ask();
  }
  client.close();
  return areaUnderCurve(unknown, known);
}

async function timed(client: Client, username: string, into: number[]): Promise<void> {
  const start = performance.now();
  const error = await client.auth
    .startSignIn({ username, password: 'not the password' })
    .catch((thrown: unknown) => thrown);
  into.push(performance.now() - start);
  expect((error as SallyportError).reason).toBe('INVALID_CREDENTIALS');
}

async function knownNames(client: Client, count: number): Promise<string[]> {
  const { session } = await firstAdministrator(server, client);
  const names = Array.from({ length: count }, (_, index) => `person${index}`);
  for (const username of names) await client.admin.createUser({ username }, { session });
  return names;
}
