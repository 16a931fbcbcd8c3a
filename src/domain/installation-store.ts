import type { WrappedDataKey } from './key/wrapped-data-key.js';

/** Facts about this installation. */
export interface Installation {
  readonly keyId: string;
  readonly firstAdministratorId: string | undefined;
  /** An administrator has opened a session at least once. */
  readonly administratorArrived: boolean;
  /** Somebody who manages multi-factor authentication has had a device at least once. */
  readonly administratorEnrolled: boolean;
  /** When somebody last said that the key file was backed up. */
  readonly keyBackupAt: number | undefined;
}

export interface InstallationStore {
  readonly get: () => Promise<Installation | undefined>;
  /** As `get` says, for whoever asks nothing else. */
  readonly administratorArrived: () => Promise<boolean>;
  /** Unique; false when another replica was faster. */
  readonly found: (keyId: string, at: number) => Promise<boolean>;
  /** Once: false when one was named before. */
  readonly nameFirstAdministrator: (userId: string) => Promise<boolean>;
  readonly noteAdministratorArrived: () => Promise<void>;
  readonly noteAdministratorEnrolled: () => Promise<void>;
  readonly noteKeyBackup: (at: number) => Promise<void>;
  readonly dataKeys: () => Promise<readonly WrappedDataKey[]>;
  readonly addDataKey: (key: WrappedDataKey) => Promise<void>;
}
