import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openRaw } from '../persistence/copy/full-database.js';
import { freshDatabase, mariadbIsHere } from '../support/mariadb.js';
import { clientOf, codeFor, firstAdministrator, PASSWORD } from '../support/people.js';
import { startSallyport } from '../support/sallyport.js';
import { atHost } from './at-host.js';
import { blocksOf, sectionOf } from './markdown.js';
import { masked } from './masked.js';
import { commandsOf } from './reader.js';

const commands = blocksOf(sectionOf(readFileSync('docs/guide.md', 'utf8'), 'Moving to another database')).flatMap(
  commandsOf,
);
const SHOWN = 'mariadb://sallyport@db.example.org:3306/sallyport';
const counted = (text: string): string => masked(text.replace(/(rows:) +\d+/g, '$1 N'));

test.runIf(mariadbIsHere())(
  'moving to MariaDB goes as the guide says, and everybody goes on',
  async () => {
    const server = await startSallyport();
    onTestFinished(() => server.stop());
    const { url, drop } = await freshDatabase();
    onTestFinished(drop);
    const client = clientOf(server);
    const { session, secret } = await firstAdministrator(server, client);
    client.close();
    const host = atHost(server);
    writeFileSync(join(server.folder, 'database-password'), '\n', { mode: 0o600 });

    // While it is served, nothing is copied.
    expect(await host.type(`sallyport copy --to ${join(server.folder, 'other.db')}`)).toContain('Stop it first');
    await server.kill();
    expect(commands.length).toBe(2);
    for (const { command, printed } of commands) {
      const shown = await host.type(command.replace(SHOWN, `'${url}'`));
      expect(counted(shown.replaceAll(url, SHOWN))).toBe(counted(printed));
    }

    const moved = await startSallyport({ like: server, database: url });
    const again = clientOf(moved);
    onTestFinished(() => again.close());
    expect(await again.auth.validateSession({ sessionToken: session })).toMatchObject({ username: 'administrator' });
    const { step } = await again.auth.startSignIn({ username: 'administrator', password: PASSWORD });
    if (step?.step?.$case !== 'challenge') throw new Error('expected a challenge');
    const { signInToken } = step.step.value;
    const verified = await again.auth.verifyOtp({ signInToken, code: codeFor(moved, secret, 1) });
    expect(verified.step?.step?.$case).toBe('session');
    await expect(server.restart()).rejects.toThrow(/This database moved to/);
    await moved.stop();

    // And back.
    await forgetReplicas(url);
    const file = join(server.folder, 'back.db');
    const back = await host.type(`sallyport copy --to ${file}`, { SALLYPORT_DATABASE: url });
    expect(back).toContain(`sqlite:${file}`);
    const home = await startSallyport({ like: server, database: `sqlite:${file}` });
    onTestFinished(() => home.stop());
    const client2 = clientOf(home);
    onTestFinished(() => client2.close());
    expect(await client2.auth.validateSession({ sessionToken: session })).toMatchObject({ username: 'administrator' });
    rmSync(file);
  },
  120_000,
);

// The first server was killed, so what it told of itself stands for another minute.
async function forgetReplicas(url: string): Promise<void> {
  const source = await openRaw(url);
  await source.query('DELETE FROM replicas');
  await source.destroy();
}
