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

const SQLITE = 'sqlite:';

/** The password never stands in the address: it comes from a file. Throws, saying what is wrong with the address. */
export function parseDatabaseUrl(text: string, password = '', ca?: string): DatabaseAddress {
  return text.startsWith(SQLITE)
    ? { engine: 'sqlite', path: filePath(text.slice(SQLITE.length)) }
    : { engine: 'mysql', ...mysqlAddress(text, password, ca) };
}

function filePath(path: string): string {
  if (path === '' || path.startsWith(':'))
    throw new Error('sqlite: needs the path of a file, as in sqlite:data/sallyport.db');
  return path;
}

function mysqlAddress(text: string, password: string, ca: string | undefined): MysqlAddress {
  const url = parsed(text);
  if (url.password !== '')
    throw new Error('a password does not belong into the address of a database; put it into a file');
  const database = decodeURIComponent(url.pathname.slice(1));
  if (database === '') throw new Error('the address names no database: mysql://user@host/NAME');
  const unknown = [...url.searchParams.keys()].filter((name) => name !== 'socket');
  if (unknown.length > 0)
    throw new Error(`the address of a database knows ?socket=PATH only, not ${unknown.join(', ')}`);
  return {
    // Brackets around an IPv6 address belong to the address's text.
    host: url.hostname === '' ? '127.0.0.1' : url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 3306 : Number(url.port),
    username: decodeURIComponent(url.username),
    password,
    database,
    socket: url.searchParams.get('socket') ?? undefined,
    ca,
  };
}

function parsed(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'mysql:' || url?.protocol === 'mariadb:') return url;
  throw new Error('a database is sqlite:PATH, mysql://user@host:port/name or mariadb://user@host:port/name');
}
