import type { AcceptedRestore, Recovered } from '../domain/index.js';
import type { KeyState } from '../domain/key/key-states.js';

/** What every command that runs without a server is told. */
export interface OfflineOptions {
  /** `--config`: the file of settings; absent means the one that SALLYPORT_CONFIG names, if any. */
  configFile?: string | undefined;
}

export interface NamedUser extends OfflineOptions {
  readonly name: string;
}

export interface RecoverOptions extends NamedUser {
  readonly keepFactors: boolean;
}

export interface Unlocked {
  readonly name: string;
  /** What 100 failures disabled, and only a recovery or a reset mends. */
  readonly disabled: readonly string[];
}

export interface CopyOptions extends OfflineOptions {
  /** A file, or the address of a database. */
  readonly to: string;
  readonly toPasswordFile: string | undefined;
  readonly toCaFile: string | undefined;
  readonly tell: (progress: { readonly table: string; readonly rows: number; readonly total: number }) => void;
}

export interface CopyReport {
  readonly to: string;
  readonly tables: number;
  readonly rows: number;
}

export interface AcceptRestoreOptions extends OfflineOptions {
  /** Also where this host sees no event missing: a new host, or another replica's. */
  readonly anyway: boolean;
}

/** Undefined: nothing is missing, and nothing was changed. */
export type RestoreReport = (AcceptedRestore & { readonly missing: number }) | undefined;

export interface DoctorOptions extends OfflineOptions {
  /** Somebody says that the key file as it is now was backed up. */
  readonly keyBackupMade: boolean;
}

export interface WeakPoint {
  /** `mfa-off`: stays the same, for scripts. */
  readonly id: string;
  /** A way in, one mishap from harm, better otherwise. */
  readonly severity: 'danger' | 'warning' | 'advice';
  readonly finding: string;
  readonly remedy: string;
}

export interface RotateOptions extends OfflineOptions {
  /** Of the key file; none means all that can be rotated. */
  readonly purposes: readonly string[];
  readonly waitSeconds: number;
}

/** A key, and when it was made, in milliseconds since 1970; undefined where it is not here. */
export interface KeyFact extends KeyState {
  readonly createdAt: number | undefined;
}

export interface KeyReport {
  readonly keys: readonly KeyFact[];
  /** Those that live. */
  readonly replicas: readonly string[];
}

/**
 * The commands that run without a server. What they throw is printed as its message, and the exit code is its
 * `exitCode` where it has one (see CommandError), else 1. `serve` settles when the server has stopped.
 */
export interface Offline {
  readonly serve: (options: OfflineOptions) => Promise<void>;
  readonly init: (options: OfflineOptions) => Promise<void>;
  readonly migrate: (options: OfflineOptions) => Promise<void>;
  readonly checkConfig: (options: OfflineOptions) => Promise<void>;
  readonly recover: (options: RecoverOptions) => Promise<Recovered>;
  readonly unlock: (options: NamedUser) => Promise<Unlocked>;
  readonly acceptRestore: (options: AcceptRestoreOptions) => Promise<RestoreReport>;
  readonly copy: (options: CopyOptions) => Promise<CopyReport>;
  /** Worst first. */
  readonly doctor: (options: DoctorOptions) => Promise<readonly WeakPoint[]>;
  readonly listKeys: (options: OfflineOptions) => Promise<KeyReport>;
  readonly rotateKeys: (options: RotateOptions) => Promise<KeyReport>;
  /** Answers the keys that went. */
  readonly pruneKeys: (options: OfflineOptions) => Promise<KeyReport>;
}
