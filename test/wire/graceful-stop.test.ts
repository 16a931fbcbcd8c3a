import { expect, test, vi } from 'vitest';
import { clientOf } from '../support/people.js';
import { startSallyport } from '../support/sallyport.js';

test('SIGTERM lets a call in flight end, takes no new one, and is over within ten seconds', async () => {
  // A hash this large takes long enough to be met half way; others wait behind it.
  const slow = { SALLYPORT_ARGON2_MEMORY_KIB: '65536', SALLYPORT_ARGON2_ITERATIONS: '4', SALLYPORT_HASH_THREADS: '1' };
  const server = await startSallyport({ env: { ...slow, TEST_HASHES: 'real' } });
  const client = clientOf(server);
  const password = server.firstPassword();
  await client.auth.getServerTime({});
  const inFlight = [1, 2, 3].map(() => client.auth.startSignIn({ username: 'administrator', password }));
  await vi.waitFor(async () => expect(await hashesOf(server.metrics)).toBe(3), { timeout: 10_000, interval: 5 });

  const began = performance.now();
  const stopped = server.stop();
  const steps = (await Promise.all(inFlight)).map(({ step }) => step?.step?.$case);
  await stopped;

  expect(steps).toEqual(['passwordChange', 'passwordChange', 'passwordChange']);
  expect(performance.now() - began).toBeLessThan(10_000);
  await expect(clientOf(server).auth.getServerTime({})).rejects.toMatchObject({ status: 'UNAVAILABLE' });
  client.close();
});

async function hashesOf(metrics: string): Promise<number> {
  const text = await (await fetch(`http://${metrics}/metrics`)).text();
  return Number(/^sallyport_hash_queue_depth (\d+)$/m.exec(text)?.[1]);
}
