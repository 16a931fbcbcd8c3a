/** The one row a rule over several rows touches first, in the same unit. */
export type Invariant = 'administration' | 'keys';

export interface InvariantStore {
  readonly touch: (name: Invariant) => Promise<void>;
}
