/** Where a database is: `sqlite:PATH`, or `mysql://user@host:port/name` (also `mariadb://`, `?socket=PATH`). */
export type DatabaseAddress =
  | { readonly engine: 'sqlite'; readonly path: string }
  | ({ readonly engine: 'mysql' } & MysqlAddress);

export interface MysqlAddress {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly socket: string | undefined;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string | undefined;
}

/** The password never stands in the address: it comes from a file. */
export function parseDatabaseUrl(text: string, password = '', ca?: string): DatabaseAddress {
  if (text.startsWith('sqlite:')) return { engine: 'sqlite', path: text.slice('sqlite:'.length) };
  const url = new URL(text);
  if (url.protocol !== 'mysql:' && url.protocol !== 'mariadb:') throw new Error(`unknown database ${url.protocol}`);
  return {
    engine: 'mysql',
    host: url.hostname === '' ? '127.0.0.1' : url.hostname,
    port: url.port === '' ? 3306 : Number(url.port),
    username: decodeURIComponent(url.username),
    password,
    database: decodeURIComponent(url.pathname.slice(1)),
    socket: url.searchParams.get('socket') ?? undefined,
    ca,
  };
}
