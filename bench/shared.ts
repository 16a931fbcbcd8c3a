/** What can be closed, such as servers with the connections to them. */
export interface Closable {
  readonly close: () => Promise<void>;
}

/** One place for what the scenarios of one family share; it is closed when another family's turn comes. */
export interface Shared {
  /** Opens it for the first of a family, and answers the same to the others. */
  readonly by: <T extends Closable>(family: string, open: () => Promise<T>) => Promise<T>;
  /** Closes what is there, unless it is this family's. */
  readonly leave: (unless?: string) => Promise<void>;
}

export function createShared(): Shared {
  let now: { readonly family: string; readonly opened: Promise<Closable> } | undefined;

  async function leave(unless?: string): Promise<void> {
    if (!now || now.family === unless) return;
    const { opened } = now;
    now = undefined;
    // Who asked for it has been told why it did not open.
    await (await opened.catch(() => undefined))?.close();
  }

  return {
    by: async <T extends Closable>(family: string, open: () => Promise<T>) => {
      await leave(family);
      now ??= { family, opened: open() };
      return now.opened as Promise<T>;
    },
    leave,
  };
}
