/** What one call may set for itself. */
export interface CallOptions {
  /** The session token to call in; goes before the one of the client. */
  session?: string | undefined;
  /** How long this call may take, in milliseconds. */
  deadlineMs?: number | undefined;
  /** Gives the call up. The server may have done it all the same. */
  signal?: AbortSignal | undefined;
}
