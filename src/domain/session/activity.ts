/** When sessions were last seen, kept in memory and written seldom: losing it can only shorten a session. */
export interface SessionActivity {
  readonly note: (sessionId: string, at: number) => void;
  readonly latest: (sessionId: string) => number | undefined;
}
