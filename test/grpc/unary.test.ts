import { type Metadata, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Handler } from '../../src/grpc/incoming.js';
import { addressOf, unary } from '../../src/grpc/unary.js';
import { detailsIn, reasonOf } from './details.js';
import { asAnn, ask, type OpenDoor, openDoor, type Wishes } from './door.js';
import { activeSession } from './people.js';

const doors: OpenDoor[] = [];
const open = async (wishes: Wishes = {}): Promise<OpenDoor> => {
  const door = await openDoor(wishes);
  doors.push(door);
  return door;
};

afterEach(async () => {
  vi.useRealTimers();
  for (const door of doors.splice(0)) await door.close();
});

describe('bytes that do not decode', () => {
  const notProtobuf = Buffer.from([0xff, 0xff, 0xff]);
  const notUtf8 = Buffer.from([0x0a, 2, 0xc3, 0x28]);

  test.each([
    ['no protobuf', notProtobuf],
    ['no UTF-8 in a string', notUtf8],
    ['a length that lies', Buffer.from([0x0a, 200, 1])],
  ])('are INVALID_ARGUMENT with a reason: %s', async (_, bytes) => {
    const door = await open();
    const { error, trailer } = await ask(door.address, 'AuthService/startSignIn', bytes);
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    expect(detailsIn(trailer)).toMatchObject({
      reason: 'FIELDS_INVALID',
      fields: { '': expect.stringContaining('decode') },
    });
  });

  test('are refused only after the caller was', async () => {
    const door = await open();
    const answer = await ask(door.address, 'AuthService/startSignIn', notProtobuf, {
      'sallyport-component-key': 'wrong',
    });
    expect(reasonOf(answer)).toBe('COMPONENT_REQUIRED');
    expect(reasonOf(await ask(door.address, 'AdminService/createUser', notProtobuf))).toBe('SESSION_REQUIRED');
  });

  test('reach neither an operation nor the early no', async () => {
    const touched = vi.fn(async () => undefined);
    const door = await open({ auth: { verifyOtp: touched }, earlyNo: { signIn: touched } });
    await ask(door.address, 'AuthService/verifyOtp', notProtobuf);
    expect(touched).not.toHaveBeenCalled();
  });
});

describe('a handler that fails', () => {
  test.each([
    ['rejects with our bug', () => Promise.reject(new TypeError('secret stack'))],
    [
      'throws before it is asynchronous',
      () => {
        throw new TypeError('secret stack');
      },
    ],
    ['rejects with nothing', () => Promise.reject(undefined)],
    ['answers what cannot be encoded', async () => ({ proved: true, step: { next: 'session', opened: {} } })],
  ])('is INTERNAL without a word about it, and the server goes on: %s', async (_, startSignIn) => {
    const door = await open({ auth: { startSignIn } });
    const answer = await ask(door.address, 'AuthService/startSignIn', { username: 'ann', password: 'p' });
    expect(answer.error?.code).toBe(status.INTERNAL);
    expect(JSON.stringify([answer.error?.details, answer.trailer.toJSON()])).not.toContain('secret stack');
    expect(reasonOf(await ask(door.address, 'AuthService/getServerTime'))).toBe('OK');
  });

  test('is logged whole', async () => {
    const bug = new TypeError('secret stack');
    const door = await open({ auth: { startSignIn: () => Promise.reject(bug) } });
    await ask(door.address, 'AuthService/startSignIn', { username: 'ann', password: 'p' });
    expect(door.errors).toEqual([bug]);
    expect(door.incomings[0]?.requestId).toBe('request-1');
  });
});

describe('the time of a call', () => {
  /** As grpc-js hands a call over, with no network behind it. */
  function begun(handler: Handler, deadline: Date | number) {
    const answers: [{ code?: number } | null, unknown?][] = [];
    const call = {
      getDeadline: () => deadline,
      getPeer: () => '127.0.0.1:9',
      metadata: undefined as unknown as Metadata,
    };
    const run = unary('/x', handler, { kind: 'plaintext', local: true });
    run(
      call as unknown as Parameters<typeof run>[0],
      (error, response) => void answers.push([error as { code: number } | null, response]),
    );
    return answers;
  }

  test('is ten seconds where the caller set none', async () => {
    vi.useFakeTimers();
    let told = 0;
    const answers = begun(({ deadline }) => {
      told = deadline - Date.now();
      return new Promise(() => undefined);
    }, Number.POSITIVE_INFINITY);
    await vi.advanceTimersByTimeAsync(9999);
    expect([told, answers]).toEqual([10_000, []]);
    await vi.advanceTimersByTimeAsync(1);
    expect(answers.map(([error]) => error?.code)).toEqual([status.DEADLINE_EXCEEDED]);
  });

  test('that ran out answers once, however the handler ends', async () => {
    vi.useFakeTimers();
    const answers = begun(() => new Promise((done) => setTimeout(done, 20_000)), Number.POSITIVE_INFINITY);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(answers).toHaveLength(1);
  });

  test("is the caller's where one was set, and the domain is told it", async () => {
    const seen = vi.fn(async () => 1);
    const door = await open({ active: activeSession(), auth: { endSession: seen } });
    const deadline = Date.now() + 4000;
    await ask(door.address, 'AuthService/endSession', {}, asAnn, { deadline });
    const [[caller]] = seen.mock.calls as unknown as [[{ deadline: number }]];
    expect(Math.abs(caller.deadline - deadline)).toBeLessThan(1500);
  });

  test('leaves no timer behind', async () => {
    vi.useFakeTimers();
    begun(async () => ({}), Number.POSITIVE_INFINITY);
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test.each([
  ['127.0.0.1:50000', '127.0.0.1'],
  ['::1:50000', '::1'],
  ['2001:db8::7:50000', '2001:db8::7'],
  ['::ffff:192.0.2.1:50000', '192.0.2.1'],
  ['unknown', 'unknown'],
])('the peer %s is the address %s', (peer, address) => {
  expect(addressOf(peer)).toBe(address);
});
