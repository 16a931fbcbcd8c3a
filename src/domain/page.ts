/** A page of a list: at most `limit` rows after the row whose sort key is `after`. */
export interface Page<K> {
  readonly limit: number;
  readonly after: K | undefined;
}
