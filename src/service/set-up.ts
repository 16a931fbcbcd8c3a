import { ConfigError } from '../config/index.js';
import * as crypto from '../crypto/index.js';
import * as domain from '../domain/index.js';
import { canonicalName } from '../domain/user/canonical-name.js';
import { tellFirstPassword } from './first-password.js';
import { mustBelong, mustHold } from './must-belong.js';
import type { Parts } from './open-parts.js';

/**
 * Ties the key file to the database, once, and makes the first administrator where there is no user and `mayMake` says so.
 * Answers whether one was made. Throws ConfigError where keys and database do not fit.
 */
export async function setUp({ needs, keys, settings, log, keepKeys }: Parts, mayMake: boolean): Promise<boolean> {
  const installation = await needs.reads(({ installation: store }) => store.get());
  mustBelong(installation, keys, settings.key_file);
  const anyUser = await needs.reads(({ users }) => users.anyExists());
  if (!anyUser && !mayMake) {
    throw new ConfigError(
      'There is a key file, but the database holds no user: is this the right database? For a new installation with a key file ' +
        'of your own run `sallyport init` once.',
    );
  }
  if (!installation) await found(needs, keys);
  mustHold(await keepKeys(), settings.key_file);
  if (anyUser) return false;
  const name = canonicalName(settings.first_administrator);
  if (!name) throw new ConfigError('first_administrator is no name');
  const first = await domain.createFirstAdministrator(needs)(name);
  if (first) tellFirstPassword(settings, log, first);
  return first !== undefined;
}

async function found({ unitOfWork, clock, randomness }: Parts['needs'], keys: crypto.KeyRing): Promise<void> {
  const dataKey = crypto.newDataKey(keys, randomness.newId(), clock());
  await unitOfWork(async ({ installation }) => {
    if (await installation.found(keys.installationId, clock())) await installation.addDataKey(dataKey);
  });
}
