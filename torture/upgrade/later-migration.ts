import { setTimeout as pause } from 'node:timers/promises';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dialectOf } from '../../src/persistence/migrations/create-tables.js';
import type { Plan } from './plan.js';

const FIRST = 1_990_000_000_000;
const IN_A_STATEMENT = 25;
const BETWEEN_POINTS = 40;

export const columnOf = (step: number): string => `later_${step}`;

type Up = (runner: QueryRunner, column: string, at: (point: number) => Promise<void>) => Promise<void>;

/** The migrations of a version that is yet to be written. */
export const laterMigrations = ({ steps, dieAt, rebuilds }: Plan): (new () => MigrationInterface)[] =>
  Array.from({ length: steps }, (_, index) => {
    const point = async (at: number): Promise<void> => {
      await pause(BETWEEN_POINTS);
      if (index + 1 === steps && at === dieAt) process.kill(process.pid, 'SIGKILL');
    };
    return migration(index + 1, rebuilds && index + 1 === steps ? rebuild : expand, point);
  });

const migration = (step: number, up: Up, at: (point: number) => Promise<void>) =>
  class implements MigrationInterface {
    readonly name = `Later${FIRST + step}`;
    up(runner: QueryRunner): Promise<void> {
      return up(runner, columnOf(step), at);
    }
    async down(): Promise<void> {}
  };

/** A column more, filled little by little, and an index: what the version before need not know of. */
const expand: Up = async (runner, column, at) => {
  await at(0);
  if (!(await runner.hasColumn('users', column)))
    await runner.query(`ALTER TABLE users ADD COLUMN ${column} INTEGER NULL`);
  await at(1);
  const rows: { id: string }[] = await runner.query(`SELECT id FROM users WHERE ${column} IS NULL ORDER BY id`);
  for (let from = 0; from < rows.length; from += IN_A_STATEMENT) {
    const ids = rows.slice(from, from + IN_A_STATEMENT).map(({ id }) => id);
    await runner.query(`UPDATE users SET ${column} = 1 WHERE id IN (${ids.map(() => '?').join(', ')})`, ids);
    if (from === 0) await at(2);
  }
  await at(3);
  await runner.query(`CREATE INDEX IF NOT EXISTS users_${column} ON users (${column})`);
  await at(4);
};

/** All of it copied into another table, which then takes the old one's place. */
const rebuild: Up = async (runner, column, at) => {
  await runner.commitTransaction();
  await runner.query('DROP TABLE IF EXISTS users_next');
  if (dialectOf(runner) === 'sqlite')
    await runner.query(`CREATE TABLE users_next AS SELECT users.*, 1 AS ${column} FROM users`);
  else {
    await runner.query('CREATE TABLE users_next LIKE users');
    await runner.query(`ALTER TABLE users_next ADD COLUMN ${column} INTEGER NULL`);
    await runner.query('INSERT INTO users_next SELECT users.*, 1 FROM users');
  }
  for (const point of [0, 1, 2]) await at(point);
  await runner.query('DROP TABLE users');
  await at(3);
  await runner.query('ALTER TABLE users_next RENAME TO users');
  await at(4);
  await runner.startTransaction();
};
