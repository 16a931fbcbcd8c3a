import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { violations } from './layers.js';

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `src/${name.replaceAll('\\', '/')}`);

test('every file keeps to its layer', () => {
  // A check that reads nothing is green for ever.
  expect(files.length).toBeGreaterThan(50);
  expect(files.flatMap((path) => violations(path, readFileSync(path, 'utf8')))).toEqual([]);
});

test.each([
  ['src/domain/user/user.ts', "import { log } from '../../telemetry/log.js';"],
  ['src/domain/token.ts', "import { Entity } from 'typeorm';"],
  ['src/domain/token.ts', "import { readFile } from 'node:fs/promises';"],
  ['src/grpc/server.ts', "export { createStores } from '../persistence/stores/index.js';"],
  ['src/grpc/admin-service/users.ts', "const { app } = await import('../../app.js');"],
  ['src/crypto/envelope.ts', "import '../../generated/sallyport/auth/v1/session.js';"],
  ['src/client/index.ts', "import type { Command } from 'commander';"],
  ['src/cli/users.ts', "import { createServer } from '../grpc/server.js';"],
  ['src/persistence/stores/users.ts', 'await repository.save(user);'],
  ['src/persistence/data-source.ts', 'const options = { synchronize: true };'],
  ['src/crypto/random.ts', 'const dice = Math.random();'],
  ['src/domain/lockout/lockout.ts', 'const now = Date.now();'],
  ['src/telemetry/metrics.ts', 'const now = new Date();'],
  ['src/service/doors.ts', "import { start } from '../app.js';"],
  ['src/service/timers.ts', "import { onHost } from '../offline/host.js';"],
  ['src/service/timers.ts', 'const now = Date.now();'],
  ['src/grpc/tls.ts', "const home = process.env['HOME'];"],
  ['src/grpc/unary.ts', 'console.error(error);'],
])('%s may not say: %s', (path, source) => {
  expect(violations(path, source)).toHaveLength(1);
});

test.each([
  ['src/domain/user/user.ts', "import type { Clock } from '../ports.js'; // never Math.random()"],
  ['src/cli/users.ts', "import { AdminClient } from '../client/index.js'; console.log('');"],
  ['src/grpc/server.ts', "import { Server } from '@grpc/grpc-js'; import { Refusal } from '../domain/refusal.js';"],
  ['src/persistence/stores/users.ts', '/* save() and synchronize: true are traps */'],
  ['src/service/outside.ts', "import { openStorage } from '../persistence/index.js'; const clock = Date.now;"],
  ['src/app.ts', "import { startServer } from './grpc/server.js'; import { run } from './cli/run.js';"],
])('%s may say: %s', (path, source) => {
  expect(violations(path, source)).toEqual([]);
});
