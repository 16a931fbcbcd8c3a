import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Handler, Interceptor } from '../../../src/grpc/incoming.js';
import { type Interceptors, intercepted, ORDER } from '../../../src/grpc/interceptors/index.js';
import { ask, type OpenDoor, openDoor } from '../door.js';

const passed: string[] = [];
const noted =
  (name: string, interceptor: Interceptor): Interceptor =>
  (next, path) => {
    const inner = interceptor(next, path);
    return (incoming, request) => {
      passed.push(name);
      return inner(incoming, request);
    };
  };
const allNoted = (interceptors: Interceptors): Interceptors => ({
  request: noted('request', interceptors.request),
  errors: noted('errors', interceptors.errors),
  caller: noted('caller', interceptors.caller),
  lockout: noted('lockout', interceptors.lockout),
});

let door: OpenDoor;
beforeAll(async () => {
  const startSignIn = () => {
    passed.push('operation');
    return Promise.reject(new Error());
  };
  door = await openDoor({ wrapped: allNoted, auth: { startSignIn } });
});
afterAll(() => door.close());

test('a call passes request, errors, caller and lockout, in this order, and then its operation', async () => {
  passed.length = 0;
  await ask(door.address, 'AuthService/startSignIn', { username: 'ann', password: 'p' });
  expect(passed).toEqual(['request', 'errors', 'caller', 'lockout', 'operation']);
});

test('the order is written down once', () => {
  expect(ORDER).toEqual(['request', 'errors', 'caller', 'lockout']);
});

test('what is inside is composed once, not once a call', async () => {
  let composed = 0;
  const counting: Interceptor = (next) => {
    composed++;
    return next;
  };
  const handler: Handler = async () => 'done';
  const whole = intercepted({ request: counting, errors: counting, caller: counting, lockout: counting }, '', handler);
  await whole({} as never, {});
  await whole({} as never, {});
  expect(composed).toBe(4);
});
