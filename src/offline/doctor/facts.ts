import type { ResolvedSettings } from '../../config/index.js';
import type { MfaPolicy } from '../../domain/policy/mfa-policy.js';

/** What the doctor looked at. Instants are milliseconds since 1970. */
export interface Facts {
  readonly settings: Pick<
    ResolvedSettings,
    | 'listen'
    | 'tls_certificate_file'
    | 'local_over_tcp'
    | 'reflection'
    | 'metrics_listen'
    | 'key_file'
    | 'audit_retention_days'
    | 'insecure_plaintext_anywhere'
  >;
  /** When the certificate in its file ends; undefined without TLS. */
  readonly certificateEndsAt: number | undefined;
  readonly now: number;
  readonly databaseNow: number;
  /** Undefined where the data is on a server. */
  readonly dataPlace: Place | undefined;
  readonly keyPlace: Place;
  readonly newestKeyAt: number;
  /** When somebody said last that the key file was backed up. */
  readonly keyBackupAt: number | undefined;
  readonly policy: MfaPolicy;
  readonly administratorArrived: boolean;
  /** Administrators who can sign in now. */
  readonly ableAdministrators: number;
  readonly firstPasswordFileThere: boolean;
  readonly groups: readonly string[];
  readonly exempt: readonly { readonly name: string; readonly endsAt: number | undefined }[];
  /** Service secrets that end within 30 days, by the account's name. */
  readonly endingSecrets: readonly { readonly name: string; readonly endsAt: number }[];
  /** Numbers of audit events that nobody has acknowledged. */
  readonly due: readonly number[];
  readonly databaseFindings: readonly string[];
}

/** Where a file lies. */
export interface Place {
  readonly file: string;
  readonly folder: string;
  /** The number of its filesystem. */
  readonly device: number;
  /** Permission bits of the file and of its folder. */
  readonly mode: number;
  readonly folderMode: number;
}
