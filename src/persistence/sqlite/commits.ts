let commits = 0;

/** Told of every commit, whatever the connection. No other process commits: the file is locked (file-lock.ts). */
export const noteCommit = (): void => {
  commits += 1;
};

/** How often this process has committed: where it is the same as before, so is what a look would see. */
export const commitsSoFar = (): number => commits;
