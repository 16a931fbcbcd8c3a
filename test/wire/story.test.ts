import { describe, expect, test } from 'vitest';
import { requireTools } from '../support/foreign.js';
import { freshDatabase, mariadbIsHere } from '../support/mariadb.js';
import { startSallyport } from '../support/sallyport.js';
import type { OpenDriver } from './driver.js';
import { DRIVERS } from './drivers.js';
import { Storyteller, wholeStory } from './story.js';

describe.each(DRIVERS)('the whole story, told through $name', ({ open, tools }) => {
  const here = requireTools(...tools);

  test.runIf(here)('on the embedded SQLite', () => told(open), 120_000);

  test.runIf(here && mariadbIsHere())(
    'on MariaDB',
    async () => {
      const database = await freshDatabase();
      await told(open, database.url);
      await database.drop();
    },
    120_000,
  );
});

async function told(open: OpenDriver, database?: string): Promise<void> {
  const server = await startSallyport(database === undefined ? {} : { database });
  const driver = await open({ address: server.address });
  try {
    await wholeStory(new Storyteller(driver, server));
    expect(server.output()).not.toContain('"call failed"');
  } finally {
    await driver.close();
    await server.stop();
  }
}
