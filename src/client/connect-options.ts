/** How to recognise the server, and how to be recognised by it. PEM throughout. */
export interface TlsOptions {
  /** The authorities to trust, instead of the system's. */
  ca?: string | Buffer | undefined;
  /** A file with the same. */
  caFile?: string | undefined;
  /** A file with the client certificate, if the component is proved by one. */
  certificateFile?: string | undefined;
  /** A file with its private key. */
  keyFile?: string | undefined;
  /** The name in the server's certificate, where it differs from the host in the address. */
  serverName?: string | undefined;
}

/** Where the server is and as whom to call. */
export interface ConnectOptions {
  /** `host:port`, `[v6]:port` or `unix:/path/to.sock`. */
  address: string;
  /** TLS; `{}` trusts the system's authorities. Without it the connection is plaintext. */
  tls?: TlsOptions | undefined;
  /** Allows plaintext to another machine. Passwords and tokens can then be read on the way. */
  allowPlaintext?: boolean | undefined;
  /** The calling component's key, `spk_…`. */
  componentKey?: string | undefined;
  /** The session token to call in. */
  session?: string | undefined;
  /** How long a call may take, in milliseconds; 10,000 if not set. */
  deadlineMs?: number | undefined;
}
