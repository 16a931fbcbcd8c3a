let commits = 0;

/** Told of every commit that this process makes. */
export const noteCommit = (): void => {
  commits += 1;
};

/**
 * How often this process has committed. Others, such as `sallyport recover`, may have done so too: whoever was told of that asks
 * in a later turn, so this says nothing beyond the one that runs.
 */
export const commitsSoFar = (): number => commits;
