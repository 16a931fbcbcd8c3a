const NONE: readonly string[] = [];

/** Which of a user's sessions are kept. */
export function createIndex() {
  const ids = new Map<string, Set<string>>();
  return {
    of: (userId: string): readonly string[] => [...(ids.get(userId) ?? NONE)],
    add: (userId: string, id: string): void => {
      const some = ids.get(userId) ?? new Set();
      ids.set(userId, some.add(id));
    },
    remove: (userId: string, id: string): void => {
      const some = ids.get(userId);
      some?.delete(id);
      if (some?.size === 0) ids.delete(userId);
    },
    clear: (): void => ids.clear(),
  };
}
