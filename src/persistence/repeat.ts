/** What makes things happen later; tests bring their own. */
export interface Timers {
  /** Calls `task` every `interval` milliseconds until the returned function is called. */
  readonly every: (interval: number, task: () => void) => () => void;
}

/** Node's own; they do not keep a process alive. */
export const nodeTimers: Timers = {
  every: (interval, task) => {
    const timer = setInterval(task, interval);
    timer.unref();
    return () => clearInterval(timer);
  },
};

interface Repeated {
  readonly timers: Timers;
  /** Milliseconds. */
  readonly interval: number;
  readonly task: () => Promise<unknown>;
  /** What failed is tried again next time. */
  readonly onError: (error: unknown) => void;
}

/** Runs a task again and again, never twice at once. Returns how to stop: it waits for the one that is running. */
export function repeat({ timers, interval, task, onError }: Repeated): () => Promise<void> {
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    try {
      await task();
    } catch (error) {
      onError(error);
    } finally {
      running = undefined;
    }
  };
  const stop = timers.every(interval, () => {
    running ??= run();
  });
  return async () => {
    stop();
    await running;
  };
}
