import { ConfigError } from '../config/index.js';
import type { KeyRing } from '../crypto/index.js';
import type { Installation } from '../domain/installation-store.js';
import type { KeyName } from '../domain/key/key.js';

/** A database and a key file are made for each other: with another one nothing opens, and new secrets would be lost. */
export function mustBelong(installation: Installation | undefined, keys: KeyRing, keyFile: string): void {
  if (installation && installation.keyId !== keys.installationId) {
    throw new ConfigError(
      `The database belongs to another key file (key ${installation.keyId}). Restore that key file to ${keyFile}.`,
    );
  }
}

/** A key file from before a rotation reads nothing of what was made since. */
export function mustHold(missing: readonly KeyName[], keyFile: string): void {
  if (missing.length === 0) return;
  const keys = missing.map(({ id, purpose }) => `${id} (${purpose})`).join(', ');
  throw new ConfigError(
    `The database uses keys that are not in ${keyFile}: ${keys}. Copy the key file from where the keys were rotated, then start again.`,
  );
}
