/** A task that never runs twice at once: who asks while it runs gets the answer of the one that is running. */
export function joined<A extends unknown[], T>(task: (...given: A) => Promise<T>): (...given: A) => Promise<T> {
  let running: Promise<T> | undefined;
  return (...given) => {
    running ??= task(...given).finally(() => {
      running = undefined;
    });
    return running;
  };
}
