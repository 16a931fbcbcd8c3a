/** A service account or one of its secrets that ends before long. */
export interface Ending {
  readonly id: string;
  readonly userId: string;
  readonly endsAt: number;
  /** The last warning: this many days before the end. */
  readonly warnedDays: number | undefined;
}
