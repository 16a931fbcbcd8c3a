// What a process has to settle before it does anything: how many threads, which of them goes first, and how far the heap grows.

// Slow hashes take as many of the pool's threads as there are cores; two are left for the rest.
process.env['UV_THREADPOOL_SIZE'] ??= String(
  Math.max(4, process.getBuiltinModule('node:os').availableParallelism() + 2),
);
stepBack();

// By itself the heap of a server that people queue at grows to three times what is in use, and clearing away what they left
// then stops everybody for a tenth of a second. Smaller portions take no longer in all; much smaller ones do.
process.getBuiltinModule('node:v8').setFlagsFromString('--heap-growing-percent=60');

// The one thread that answers everybody goes first, then those that help it with its heap, then the pool's, where the hashes
// run: with as many hashes under way as there are cores it would otherwise wait for its turn behind them. Linux tells threads
// apart, others do not.
function stepBack(): void {
  if (process.platform !== 'linux') return;
  const fs = process.getBuiltinModule('node:fs');
  const { setPriority, constants } = process.getBuiltinModule('node:os');
  const threads = (): number[] => fs.readdirSync('/proc/self/task').map(Number);
  const helpers = threads().filter((thread) => thread !== process.pid);
  // The first job starts the pool, before the call returns.
  fs.stat('/', () => undefined);
  const pool = threads().filter((thread) => thread !== process.pid && !helpers.includes(thread));
  const lower = (threads: number[], priority: number): void => {
    try {
      for (const thread of threads) setPriority(thread, priority);
    } catch {
      // A host that does not allow it: these and the one that answers take turns.
    }
  };
  lower(pool, constants.priority.PRIORITY_LOW);
  lower(helpers, constants.priority.PRIORITY_BELOW_NORMAL);
}

export {};
