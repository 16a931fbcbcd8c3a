/** What one measurement showed: the figure that counts, and others worth telling, by name. */
export interface Sample {
  readonly value: number;
  readonly [other: string]: number;
}
