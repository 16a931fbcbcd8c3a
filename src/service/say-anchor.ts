import type { Log } from '../telemetry/index.js';

/** Says that the database lacks this many events that it held before, or, with none, that all is well. */
export function sayAnchor(log: Log, missing: number): void {
  if (missing === 0) log.info('the database holds what it held before, or was accepted');
  else
    log.error(
      { missing },
      'the database lacks events that it held before: it is from a backup, or was lost in part. Nobody signs in, and no session is ' +
        'valid, before `sallyport accept-restore` was run on this host.',
    );
}

/** Says why the anchor's file is not written or, without an error, that it is again. */
export function sayUnwritten(log: Log, path: string, error: unknown): void {
  if (error === undefined) log.info({ path }, 'the anchor is written again');
  else
    log.error(
      { path, err: error },
      'the anchor cannot be written: a database from a backup will not be noticed. Set anchor_file.',
    );
}
