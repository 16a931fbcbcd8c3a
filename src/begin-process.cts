// What a process has to settle before it does anything: how many threads, and which of them goes first.

// Slow hashes take as many of the pool's threads as there are cores; two are left for the rest.
process.env['UV_THREADPOOL_SIZE'] ??= String(
  Math.max(4, process.getBuiltinModule('node:os').availableParallelism() + 2),
);
stepBack();

// The one thread that answers everybody goes first, then those that help it with its heap, then the pool's, where the hashes
// run: with as many hashes under way as there are cores it would otherwise wait for its turn behind them. Linux tells threads
// apart, others do not.
function stepBack(): void {
  if (process.platform !== 'linux') return;
  const fs = process.getBuiltinModule('node:fs');
  const { setPriority, constants } = process.getBuiltinModule('node:os');
  const others = (): number[] =>
    fs
      .readdirSync('/proc/self/task')
      .map(Number)
      .filter((thread) => thread !== process.pid);
  try {
    const helpers = others();
    // The first job starts the pool, before the call returns.
    fs.stat('/', () => undefined);
    const pool = others().filter((thread) => !helpers.includes(thread));
    for (const thread of pool) setPriority(thread, constants.priority.PRIORITY_LOW);
    // Last: it fails where the process was started at a lower priority, since raising it takes a privilege.
    for (const thread of helpers) setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A host that does not allow it, or shows no threads: all of them take turns.
  }
}

export {};
