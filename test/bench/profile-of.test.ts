import { expect, test } from 'vitest';
import { profileOf } from '../../bench/report/profile-of.js';

const frame = (id: number, url: string, functionName = 'work') => ({ id, callFrame: { functionName, url } });

const NODES = [
  frame(1, '', '(root)'),
  frame(2, '', '(idle)'),
  frame(3, 'file:///there/src/persistence/sqlite/connection.js'),
  frame(4, 'file:///there/src/persistence/stores/user-store.js'),
  frame(5, 'file:///there/node_modules/@grpc/grpc-js/build/src/server.js'),
  frame(6, 'node:internal/http2/core'),
  frame(7, '', '(garbage collector)'),
];
const PROFILE = { startTime: 1000, nodes: NODES };

test('a profile tells the layers by their share of the busy time', () => {
  const told = profileOf({ ...PROFILE, samples: [3, 5, 2, 3], timeDeltas: [3000, 2000, 9000, 3000] }, 0, 1e6);

  expect(told).toEqual([
    { layer: 'SQLite', share: 0.75 },
    { layer: 'grpc-js', share: 0.25 },
  ]);
});

test('only what was sampled in the window counts', () => {
  const samples = [4, 6, 7, 3];
  const told = profileOf({ ...PROFILE, samples, timeDeltas: [5000, 1000, 3000, 7000] }, 6000, 10_000);

  expect(told).toEqual([
    { layer: 'garbage collection', share: 0.75 },
    { layer: 'HTTP/2 and sockets', share: 0.25 },
  ]);
});

test('what is next to nothing is left out', () => {
  const told = profileOf({ ...PROFILE, samples: [3, 4], timeDeltas: [9950, 50] }, 0, 1e6);

  expect(told.map(({ layer }) => layer)).toEqual(['SQLite']);
});
