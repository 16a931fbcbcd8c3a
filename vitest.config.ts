import { defineConfig } from 'vitest/config';
import { ProgramsFirst } from './test/support/programs-first.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/follow-units.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    pool: 'forks',
    // Files share their modules: loading them anew took more processor time than most files' tests.
    isolate: false,
    sequence: { sequencer: ProgramsFirst },
    // More than cores: much of the time is spent waiting for disks, processes and clocks.
    maxWorkers: 4,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 15_000,
    expect: { poll: { timeout: 30_000, interval: 50 } },
  },
});
