import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ResolvedSettings } from '../config/index.js';
import type { FirstAdministrator } from '../domain/index.js';
import type { CommittedReads } from '../domain/stores.js';
import type { Log } from '../telemetry/index.js';

type KeyPlace = Pick<ResolvedSettings, 'key_file'>;

/** Where the first administrator's one-time password lies until it is changed. */
export const firstPasswordFile = ({ key_file }: KeyPlace): string => join(dirname(key_file), 'first-administrator');

/** To a terminal the password itself, else to a file that only this user can read; the log never holds it. */
export function tellFirstPassword(settings: KeyPlace, log: Log, { name, oneTimePassword }: FirstAdministrator): void {
  if (process.stderr.isTTY) {
    process.stderr.write(
      `\nFirst administrator: ${name}\nOne-time password:   ${oneTimePassword}\n\nNow type: sallyport login ${name}\n\n`,
    );
    return;
  }
  const path = firstPasswordFile(settings);
  try {
    writeFileSync(path, `${oneTimePassword}\n`, { mode: 0o600 });
  } catch (error) {
    // It is committed; another one is made from here.
    const words = `The first administrator's one-time password cannot be written to ${path}`;
    log.error({ err: error, name }, `${words}. Type on this host: sallyport recover ${name}`);
    return;
  }
  log.info(
    { name, path },
    `The first administrator's one-time password is in ${path}. Now type: sallyport login ${name}`,
  );
}

/** Once that user's password was replaced: what the file holds opens nothing any more. */
export async function removeFirstPassword(reads: CommittedReads, settings: KeyPlace, userId: string): Promise<void> {
  const installation = await reads(({ installation: store }) => store.get());
  if (installation?.firstAdministratorId === userId) rmSync(firstPasswordFile(settings), { force: true });
}
