/** What every command that runs without a server is told. */
export interface OfflineOptions {
  /** `--config`: the file of settings; absent means the default place, which may be missing. */
  configFile?: string | undefined;
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
}
