/** A task that never runs twice at once: who asks while it runs gets the answer of the one that is running. */
export function joined<T>(task: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= task().finally(() => {
      running = undefined;
    });
    return running;
  };
}
