/** Who lives in a seeded installation. */
export interface Population {
  readonly users: number;
  /** How many of them, evenly spread, have a factor and a sign-in at its challenge. */
  readonly enrolled: number;
  readonly sessions: number;
  /** Over how many of the enrolled the sessions are spread. */
  readonly sessionOwners: number;
  /** How many of the enrolled have a password. One costs an Argon2. */
  readonly withPassword: number;
  readonly auditEvents: number;
}
