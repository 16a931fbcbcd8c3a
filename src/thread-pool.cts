// Slow hashes take as many of the pool's threads as there are cores; two are left for the rest.
process.env['UV_THREADPOOL_SIZE'] ??= String(
  Math.max(4, process.getBuiltinModule('node:os').availableParallelism() + 2),
);
stepBack();

// The pool's threads, where the hashes run, let the one thread go first that answers everybody: with as many hashes under
// way as there are cores, it would otherwise wait for its turn behind them. Linux tells threads apart, others do not.
function stepBack(): void {
  if (process.platform !== 'linux') return;
  const fs = process.getBuiltinModule('node:fs');
  const os = process.getBuiltinModule('node:os');
  const threads = (): string[] => fs.readdirSync('/proc/self/task');
  try {
    const others = new Set(threads());
    // The first job starts the pool, before the call returns.
    fs.stat('/', () => undefined);
    for (const thread of threads())
      if (!others.has(thread)) os.setPriority(Number(thread), os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A host that does not allow it: sign-ins and everything else take turns.
  }
}

export {};
