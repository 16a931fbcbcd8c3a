import { spawnSync } from 'node:child_process';
import type { TestProject } from 'vitest/node';
import { skipsForbidden } from './foreign.js';
import { openMariadbDoor } from './mariadb-door.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A unix socket: who connects is told where this run's MariaDB is, which starts when first asked for. */
    mariadbDoor: string;
  }
}

/** Compiles what tests spawn as processes of their own, and opens the door to this run's one MariaDB. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const compiled = spawnSync('node', ['tools/compile.mjs', '.build', 'tsconfig.test.json'], { stdio: 'inherit' });
  if (compiled.status !== 0) {
    const message = 'tsc found the errors above; servers under test run what it wrote nevertheless';
    if (skipsForbidden()) throw new Error(message);
    console.error(`WARNING: ${message}`);
  }
  const door = await openMariadbDoor();
  project.provide('mariadbDoor', door.path);
  return () => door.close();
}
