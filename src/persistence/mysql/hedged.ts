/** Asks once; calls `silent` when the question is under way and has gone unanswered for long. */
type Ask<T> = (silent: () => void) => Promise<T>;

/**
 * A connection may be dead without a word, and whoever asked through it would wait until no time is left. So what gets no
 * answer is asked once more on another connection, and the first answer counts: a database that is merely slow is still heard.
 */
export function hedged<T>(ask: Ask<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let second: Promise<T> | undefined;
    const again = (): void => {
      second = ask(() => undefined);
      second.then(resolve, () => undefined);
    };
    ask(again).then(resolve, (error: unknown) => (second ? second.then(resolve, () => reject(error)) : reject(error)));
  });
}
