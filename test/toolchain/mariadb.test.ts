import { createConnection } from 'mysql2/promise';
import { describe, expect, test } from 'vitest';
import { freshDatabase, mariadbIsHere, privateMariadb } from '../support/mariadb.js';

async function ask(url: string, sql: string): Promise<unknown> {
  const { pathname, searchParams, hostname, port } = new URL(url);
  const socketPath = searchParams.get('socket');
  const at = socketPath ? { socketPath } : { host: hostname, port: Number(port) };
  const connection = await createConnection({ ...at, user: 'root', database: pathname.slice(1) });
  const [rows] = await connection.query(sql);
  await connection.end();
  return rows;
}

describe.runIf(mariadbIsHere())('the MariaDB of a test run', () => {
  test('gives each asker an empty database of its own, by socket and by TCP', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
    await ask(one.url, 'CREATE TABLE here (id INT)');

    expect(await ask(one.tcpUrl, 'SHOW TABLES')).toHaveLength(1);
    expect(await ask(other.tcpUrl, 'SHOW TABLES')).toHaveLength(0);

    await Promise.all([one.drop(), other.drop()]);
    await expect(ask(one.url, 'SELECT 1')).rejects.toThrow('Unknown database');
  });

  test('keeps what was committed when a private one is killed and started again', async () => {
    const own = await privateMariadb({ flush: 1 });
    await ask(own.url, 'CREATE TABLE kept (id INT)');
    await ask(own.url, 'INSERT INTO kept VALUES (7)');

    await own.kill();
    await expect(ask(own.url, 'SELECT 1')).rejects.toThrow();
    await own.restart();

    expect(await ask(own.url, 'SELECT id FROM kept')).toEqual([{ id: 7 }]);
    await own.stop();
  });
});
