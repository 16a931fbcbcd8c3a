/** Why a text is no address of a database, or undefined when it is one. Never quotes it: it may hold a password. */
export function databaseFault(text: string): string | undefined {
  if (text.startsWith('sqlite:'))
    return /^sqlite:[^:]/.test(text) ? undefined : 'sqlite: needs the path of a file, as in sqlite:data/sallyport.db';
  const url = /^(mysql|mariadb):\/\//.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return 'must be sqlite:PATH, mysql://user@host:port/name or mariadb://user@host:port/name';
  if (url.password !== '') return 'the password belongs into database_password_file';
  if (url.pathname.length < 2) return 'names no database: mysql://user@host/NAME';
  return [...url.searchParams.keys()].some((name) => name !== 'socket') ? 'knows ?socket=PATH only' : undefined;
}
