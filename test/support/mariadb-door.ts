import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endMariadb, installMariadb, type MariadbProcess, startMariadb } from './mariadb-process.js';

/** What the door tells: where the server is, or why there is none. */
export type MariadbAnswer = { readonly socket: string; readonly port: number } | { readonly error: string };

/**
 * One MariaDB for the whole run, started when a test first asks: workers connect to the door and read one JSON answer.
 * It belongs to the process that owns the run, so that no worker's end takes it away from the others.
 */
export async function openMariadbDoor(): Promise<{ path: string; close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-test-'));
  const path = join(folder, 'door.sock');
  let started: Promise<MariadbProcess> | undefined;

  const answer = async (): Promise<MariadbAnswer> => {
    started ??= installMariadb(folder).then(() => startMariadb(folder, { flush: 0 }));
    try {
      const { socket, port } = await started;
      return { socket, port };
    } catch (error) {
      return { error: String(error) };
    }
  };
  const door = createServer((visitor) => {
    void answer().then((told) => visitor.end(JSON.stringify(told)));
  });
  await new Promise<void>((resolve) => door.listen(path, resolve));

  const close = async () => {
    door.close();
    const server = await started?.catch(() => undefined);
    // Nothing in it is worth a clean shutdown.
    if (server) await endMariadb(server, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  return { path, close };
}
