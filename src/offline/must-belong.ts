import { ConfigError } from '../config/index.js';
import type { KeyRing } from '../crypto/index.js';
import type { Installation } from '../domain/stores.js';

/** A database and a key file are made for each other: with another one nothing opens, and new secrets would be lost. */
export function mustBelong(installation: Installation | undefined, keys: KeyRing, keyFile: string): void {
  if (installation && installation.keyId !== keys.installationId) {
    throw new ConfigError(
      `The database belongs to another key file (key ${installation.keyId}). Restore that key file to ${keyFile}.`,
    );
  }
}
