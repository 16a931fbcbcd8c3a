import type { DataSource, QueryRunner } from 'typeorm';
import type { InstallationRow } from './entities/installation.js';

type Asked = Pick<DataSource | QueryRunner, 'query'>;
export type Standing = Pick<InstallationRow, 'key_id' | 'arriving_since' | 'moved_at' | 'moved_to'>;

/** This database is not the one to use: everything went elsewhere, or has not all come yet. The message says what to do. */
export class DatabaseMoved extends Error {
  override readonly name = 'DatabaseMoved';
  readonly exitCode = 6;
}

/** Undefined where nobody has founded an installation. */
export async function standingOf(source: Asked): Promise<Standing | undefined> {
  const sql = 'SELECT key_id, arriving_since, moved_at, moved_to FROM installation WHERE id = 1';
  return ((await source.query(sql)) as Standing[])[0];
}

/** Refuses a database that a copy took elsewhere, and one that a copy has not finished. */
export async function mustStand(source: Asked): Promise<void> {
  const standing = await standingOf(source);
  if (standing?.moved_at != null) throw moved(standing);
  if (standing?.arriving_since != null)
    throw new DatabaseMoved(
      'This database is a copy that was not finished. Run the same `sallyport copy` again, with the settings of the old one.',
    );
}

export const moved = ({ moved_at, moved_to }: Standing): DatabaseMoved =>
  new DatabaseMoved(
    `This database moved to ${moved_to} at ${new Date(moved_at ?? 0).toISOString()}. Set \`database\` to that one; what is here is old.`,
  );
