/** Milliseconds since 1970 as a `google.protobuf.Timestamp`. */
export const toDate = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));
