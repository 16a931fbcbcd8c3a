/** A task that never runs twice at once: a caller that comes while it runs gets the answer of that run. */
export function singleFlight<A extends unknown[], T>(task: (...given: A) => Promise<T>): (...given: A) => Promise<T> {
  let running: Promise<T> | undefined;
  return (...given) => {
    running ??= task(...given).finally(() => {
      running = undefined;
    });
    return running;
  };
}
