import type { NamedUser, RecoverOptions, Unlocked } from '../cli/offline.js';
import { ConfigError } from '../config/index.js';
import * as crypto from '../crypto/index.js';
import * as domain from '../domain/index.js';
import { type CanonicalName, canonicalName } from '../domain/user/canonical-name.js';
import { removeFirstPassword } from '../service/first-password.js';
import type { Outside } from '../service/outside.js';
import { hashQueueOf, onHost, operator } from './host.js';

/** Lets a person in again, with the data and the key file alone. */
export function recover(options: RecoverOptions, outside: Outside): Promise<domain.Recovered> {
  return onHost(options.configFile, outside, async (host) => {
    const { storage } = host;
    const needs = {
      ...storage,
      clock: outside.clock,
      randomness: crypto.createRandomness(outside.clock),
      hashQueue: hashQueueOf(host),
    };
    const call = { operator: operator(outside.env), command: 'sallyport recover' };
    const recovered = await domain.recoverOnHost(needs)(call, nameIn(options), options.keepFactors);
    await removeFirstPassword(storage.reads, host.settings, recovered.userId);
    return recovered;
  });
}

/** Ends a user's waits, with the data and the key file alone. */
export function unlock(options: NamedUser, outside: Outside): Promise<Unlocked> {
  return onHost(options.configFile, outside, ({ storage }) => {
    const call = { operator: operator(outside.env), command: 'sallyport unlock' };
    return domain.unlockOnHost({ ...storage, clock: outside.clock })(call, nameIn(options));
  });
}

function nameIn({ name }: NamedUser): CanonicalName {
  const canonical = canonicalName(name);
  if (!canonical) throw new ConfigError('That is no name: 1 to 128 visible characters.');
  return canonical;
}
