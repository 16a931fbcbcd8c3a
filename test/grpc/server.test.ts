import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Address } from '../../src/config/index.js';
import { ListenError } from '../../src/grpc/listen.js';
import { reasonOf } from './details.js';
import { asAnn, ask, type OpenDoor, openDoor, type Wishes } from './door.js';
import { ofService } from './echo.js';
import { activeSession } from './people.js';

let folder: string;
const doors: OpenDoor[] = [];
const open = async (wishes: Wishes = {}): Promise<OpenDoor> => {
  const door = await openDoor(wishes);
  doors.push(door);
  return door;
};
const socketAt = (path: string): Address => ({ kind: 'unix', path });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-grpc-'));
});
afterEach(async () => {
  for (const door of doors.splice(0)) await door.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('what does not reach our code', () => {
  test('a message above 64 KiB stays the runtime’s RESOURCE_EXHAUSTED', async () => {
    const { address } = await open();
    const { error } = await ask(address, 'AuthService/startSignIn', { username: 'a'.repeat(66_000) });
    expect(error?.code).toBe(status.RESOURCE_EXHAUSTED);
  });

  test('a message of 60 KiB is read', async () => {
    const { address } = await open();
    expect(reasonOf(await ask(address, 'AuthService/startSignIn', { username: 'a'.repeat(60_000) }))).toBe(
      'FIELDS_INVALID',
    );
  });
});

describe('a unix socket', () => {
  test('serves `local`, in a folder that only its owner may enter', async () => {
    const path = join(folder, 'run', 's.sock');
    const door = await open({ listeners: [socketAt(path)], localOverTcp: false });
    await ask(door.address, 'AuthService/startSignIn', {});
    expect(door.credentials).toEqual([{ by: 'local' }]);
    expect([statSync(join(folder, 'run')).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  test('that was left behind by a killed process is replaced', async () => {
    const path = join(folder, 's.sock');
    const script = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script, path]);
    expect(existsSync(path)).toBe(true);
    const door = await open({ listeners: [socketAt(path)] });
    expect(reasonOf(await ask(door.address, 'AuthService/getServerTime'))).toBe('OK');
  });

  test('that another process answers is left alone', async () => {
    const path = join(folder, 's.sock');
    const other = await new Promise<NetServer>((done) => {
      const server = createServer().listen(path, () => done(server));
    });
    await expect(open({ listeners: [socketAt(path)] })).rejects.toThrow(/Another program listens/);
    expect(existsSync(path)).toBe(true);
    await new Promise((done) => other.close(done));
  });

  test('never replaces a file that is no socket', async () => {
    const path = join(folder, 'precious');
    writeFileSync(path, 'text');
    await expect(open({ listeners: [socketAt(path)] })).rejects.toThrow(/no socket/);
    expect(existsSync(path)).toBe(true);
  });

  test('is refused in a folder that others may enter, which stays as it was', async () => {
    const shared = join(folder, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o755);
    await expect(open({ listeners: [socketAt(join(shared, 's.sock'))] })).rejects.toThrow(/chmod 700/);
    expect(statSync(shared).mode & 0o777).toBe(0o755);
  });

  test('is refused with a path that the system would cut', async () => {
    await expect(open({ listeners: [socketAt(join(folder, 'x'.repeat(120)))] })).rejects.toThrow(
      /longer than 107 bytes/,
    );
  });

  test('is gone after the stop', async () => {
    const path = join(folder, 's.sock');
    await (await openDoor({ listeners: [socketAt(path)] })).stop(1000);
    expect(existsSync(path)).toBe(false);
  });
});

describe('a listener that cannot be opened', () => {
  const tcp = (host: string, port: number): Address => ({ kind: 'tcp', host, port });

  test('says that another program has the port', async () => {
    const first = await open();
    const port = Number(first.address.split(':')[1]);
    const opening = open({ listeners: [tcp('127.0.0.1', port)] });
    await expect(opening).rejects.toBeInstanceOf(ListenError);
    await expect(opening).rejects.toThrow(`Cannot listen on 127.0.0.1:${port}: another program uses it.`);
  });

  test('says that the address is not of this machine', async () => {
    await expect(open({ listeners: [tcp('203.0.113.9', 0)] })).rejects.toThrow('this machine has no such address');
  });

  test('closes those that were opened before it', async () => {
    const path = join(folder, 's.sock');
    await expect(open({ listeners: [socketAt(path), tcp('203.0.113.9', 0)] })).rejects.toThrow();
    const again = await open({ listeners: [socketAt(path)] });
    expect(reasonOf(await ask(again.address, 'AuthService/getServerTime'))).toBe('OK');
  });
});

describe('two listeners', () => {
  test('tell their calls apart: the socket is local, the port is not', async () => {
    const path = join(folder, 's.sock');
    const listeners: Address[] = [{ kind: 'tcp', host: '127.0.0.1', port: 0 }, socketAt(path)];
    const { addresses } = await open({ listeners, localOverTcp: false });
    const reasons = await Promise.all(
      addresses.map(async (address) => reasonOf(await ask(address, 'AuthService/listSessions'))),
    );
    expect(reasons).toEqual(['COMPONENT_REQUIRED', 'SESSION_REQUIRED']);
  });
});

describe('a stop', () => {
  /** A call that is inside its operation until it is let go. */
  async function inside() {
    let letGo = (): void => undefined;
    let arrived = (): void => undefined;
    const there = new Promise<void>((done) => {
      arrived = done;
    });
    const endSession = () => {
      arrived();
      return new Promise<number>((done) => {
        letGo = () => done(1);
      });
    };
    const door = await openDoor({ active: activeSession(), auth: { endSession } });
    const answer = ask(door.address, 'AuthService/endSession', {}, asAnn);
    await there;
    return { door, answer, letGo: () => letGo() };
  }

  test('lets running calls end, and takes no new ones', async () => {
    const { door, answer, letGo } = await inside();
    const stopped = door.stop(10_000);
    const late = await ask(door.address, 'AuthService/getServerTime', {}, {}, { deadline: Date.now() + 500 });
    expect(late.error).toBeDefined();
    letGo();
    expect((await answer).response).toEqual({ endedCount: 1 });
    await stopped;
  });

  test('does not wait longer than it was told', async () => {
    const { door, answer } = await inside();
    await door.stop(50);
    // Which of the two the runtime sends is its own affair.
    expect([status.CANCELLED, status.UNAVAILABLE]).toContain((await answer).error?.code);
  });

  test('does not wait for a connection that was destroyed in the same moment', async () => {
    const stopped = await ofService(async ({ session }, door) => {
      session?.destroy();
      await door.stop(50);
      return session?.destroyed;
    });
    expect(stopped).toBe(true);
  });
});
