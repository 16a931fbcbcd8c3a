/** An enum of the contract the other way round: our word for each of its numbers. */
export const byNumber = <Word extends string>(numbers: Readonly<Record<Word, number>>): ReadonlyMap<number, Word> =>
  new Map(Object.entries<number>(numbers).map(([word, number]) => [number, word as Word]));
