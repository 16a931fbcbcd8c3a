import { describe, expect, test } from 'vitest';
import { parseDatabaseUrl } from '../../src/persistence/index.js';

describe('the address of a database', () => {
  test('names a file', () => {
    expect(parseDatabaseUrl('sqlite:./data/sallyport.db')).toEqual({ engine: 'sqlite', path: './data/sallyport.db' });
  });

  test('names a server by host and port, with the password from elsewhere', () => {
    expect(parseDatabaseUrl('mysql://sally%40hq@db.example:3307/auth', 'secret')).toEqual({
      engine: 'mysql',
      host: 'db.example',
      port: 3307,
      username: 'sally@hq',
      password: 'secret',
      database: 'auth',
      socket: undefined,
      ca: undefined,
    });
  });

  test('names a server by its socket', () => {
    expect(parseDatabaseUrl('mariadb://root@localhost/auth?socket=%2Frun%2Fmysqld.sock')).toMatchObject({
      port: 3306,
      socket: '/run/mysqld.sock',
    });
  });

  test('takes an IPv6 address without its brackets', () => {
    expect(parseDatabaseUrl('mysql://u@[::1]/auth')).toMatchObject({ host: '::1' });
  });

  test.each([
    ['sqlite:', 'needs the path of a file'],
    ['sqlite::memory:', 'needs the path of a file'],
    ['mysql://u:secret@host/auth', 'a password does not belong'],
    ['mysql://u@host', 'names no database'],
    ['mysql://u@host/auth?ssl=true', 'not ssl'],
    ['postgres://u@host/auth', 'a database is sqlite:PATH'],
    ['nonsense', 'a database is sqlite:PATH'],
  ])('%s is refused with a reason', (text, reason) => {
    expect(() => parseDatabaseUrl(text)).toThrow(reason);
  });
});
