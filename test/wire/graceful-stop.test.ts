import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientOf } from '../support/people.js';
import { startSallyport } from '../support/sallyport.js';

test('SIGTERM lets calls in flight end, takes no new one, and is over within ten seconds', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-held-'));
  const goOn = join(folder, 'go-on');
  const server = await startSallyport({ env: { TEST_HASHES: goOn } });
  const client = clientOf(server);
  const password = server.firstPassword();
  await client.auth.getServerTime({});
  const inFlight = [1, 2, 3].map(() => client.auth.startSignIn({ username: 'administrator', password }));
  await expect.poll(() => hashesOf(server.metrics)).toBe(3);

  const began = performance.now();
  const stopped = server.stop();
  await expect.poll(() => isTaken(server.address)).toBe(false);
  writeFileSync(goOn, '');
  const steps = (await Promise.all(inFlight)).map(({ step }) => step?.step?.$case);
  await stopped;

  expect(steps).toEqual(['passwordChange', 'passwordChange', 'passwordChange']);
  expect(performance.now() - began).toBeLessThan(10_000);
  client.close();
  rmSync(folder, { recursive: true });
});

async function isTaken(address: string): Promise<boolean> {
  const client = clientOf({ address });
  const refusal = await client.auth.getServerTime({}).then(
    () => undefined,
    (error: unknown) => error,
  );
  client.close();
  if (refusal !== undefined) expect(refusal).toMatchObject({ status: 'UNAVAILABLE' });
  return refusal === undefined;
}

async function hashesOf(metrics: string): Promise<number> {
  const text = await (await fetch(`http://${metrics}/metrics`)).text();
  return Number(/^sallyport_hash_queue_depth (\d+)$/m.exec(text)?.[1]);
}
