import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase, mariadbIsHere } from '../support/mariadb.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';
import { everyFlow } from './canary-flows.js';
import { createRecorder, type From, type Recorder } from './canary-recorder.js';
import { filledRequests, METHODS, secretFields } from './canary-requests.js';
import { findCanaries, findSecrets, formsOf, newCanary, type Place } from './canary-search.js';
import { plainText, shapedText, wellFormed } from './canary-texts.js';

/**
 * Nothing secret leaves: every secret of the contract is sent right and wrong, every text of every call that is refused is
 * one that is nowhere else, and then they are looked for in everything that the service writes.
 */
const readable = (value: unknown): string =>
  Buffer.isBuffer(value) ? `${value.toString('latin1')} ${value.toString('hex')}` : String(value);
const rowsText = (rows: readonly object[]): string =>
  rows.flatMap((row) => Object.values(row).map(readable)).join('\n');

/** The files as they lie there, and what is in them. */
function sqlitePlaces({ folder }: Sallyport): Place[] {
  const data = join(folder, 'data');
  const files = readdirSync(data).filter((name) => name.startsWith('sallyport.db'));
  const db = new BetterSqlite3(join(data, 'sallyport.db'), { readonly: true });
  const tables = db.prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const places = tables.map(
    ({ name }): Place => [name, rowsText(db.prepare<[], object>(`SELECT * FROM ${name}`).all())],
  );
  db.close();
  return [...places, ...files.map((name): Place => [name, readFileSync(join(data, name))])];
}

async function mariadbPlaces({ tcpUrl }: FreshDatabase): Promise<Place[]> {
  const connection = await createConnection(tcpUrl.replace('mariadb:', 'mysql:'));
  const [tables] = await connection.query<RowDataPacket[]>('SHOW TABLES');
  const places: Place[] = [];
  for (const name of tables.map((row) => String(Object.values(row)[0])))
    places.push([name, rowsText((await connection.query<RowDataPacket[]>(`SELECT * FROM ${name}`))[0])]);
  await connection.end();
  return places;
}

const failuresIn = (output: string): string =>
  output
    .split('\n')
    .filter((line) => line.includes('call failed'))
    .join('\n');

/** Every method with every text, from everybody; answers the texts of the calls that were refused. */
async function refusedTexts(recorder: Recorder, callers: readonly From[]): Promise<string[]> {
  const texts: string[] = [];
  for (const [name, method] of METHODS)
    await Promise.all(
      callers.map(async (from) => {
        for (const { bytes, texts: put } of [plainText, shapedText].flatMap((text) => filledRequests(method, text))) {
          const { code } = await recorder.send(name, bytes, from);
          if (code !== 'OK') texts.push(...put.map(({ text }) => text));
        }
      }),
    );
  return texts.filter((text) => text.startsWith(newCanary().slice(0, 10)));
}

describe.each(['sqlite', 'mariadb'] as const)('on %s', (engine) => {
  describe.runIf(engine === 'sqlite' || mariadbIsHere())('nothing that was sent or shown', () => {
    let server: Sallyport;
    let database: FreshDatabase | undefined;
    const recorder = createRecorder();
    let refused: string[];
    let places: Place[];
    const lawful = newCanary();

    beforeAll(async () => {
      database = engine === 'mariadb' ? await freshDatabase() : undefined;
      const env = { SALLYPORT_LOG_LEVEL: 'debug', SALLYPORT_LOCAL_OVER_TCP: 'false' };
      server = await startSallyport(database ? { database: database.url, env } : { env });
      const { admin, viewer, keyed } = await everyFlow(server, recorder);
      const role = METHODS.get('AdminService/CreateRole');
      for (const { bytes } of role
        ? filledRequests(role, ({ name }) => (name === 'permissions' ? 'console.read' : lawful))
        : [])
        await recorder.send('AdminService/CreateRole', bytes, admin);
      const nobody = { address: server.address, componentKey: wellFormed('component_key'), session: newCanary() };
      refused = await refusedTexts(recorder, [nobody, { address: server.socket }, keyed, viewer, admin]);
      refused.push(nobody.componentKey, nobody.session);
      const trail = await recorder.send('AdminService/ListAuditEvents', new Uint8Array([0x08, 0xe8, 0x07]), admin);
      const metrics = await fetch(`http://${server.metrics}/metrics`).then((answer) => answer.text());
      places = [
        ['what it printed', server.output()],
        ['metrics', metrics],
        ['the audit trail', trail.bytes ?? ''],
        ...(database ? await mariadbPlaces(database) : sqlitePlaces(server)),
        ...recorder.places(),
      ];
    }, 180_000);

    afterAll(async () => {
      await server?.stop();
      await database?.drop();
    });

    test('left out a secret of the contract, right or wrong', () => {
      const requests = [...secretFields()];
      expect(requests.filter((field) => !recorder.covered.done.has(field))).toEqual([]);
      const asked = requests.filter((field) => field.split('.')[0]?.endsWith('Request'));
      expect(asked.filter((field) => !recorder.covered.refused.has(field))).toEqual([]);
    });

    test('that is secret is anywhere', () => {
      expect(recorder.secrets.size).toBeGreaterThan(100);
      expect(findSecrets(recorder.secrets, places)).toEqual([]);
    });

    test('of a refused call is anywhere, names that were typed included', () => {
      expect(refused.length).toBeGreaterThan(500);
      expect(
        recorder.codes.filter((code) => code.endsWith('INTERNAL')),
        failuresIn(server.output()),
      ).toEqual([]);
      expect(findCanaries(refused, places)).toEqual([]);
    });

    test('is overlooked: what is stored by right is found in its table', () => {
      expect(findCanaries([lawful], places)).toContain(`${lawful} in roles`);
      if (engine === 'sqlite') expect(findCanaries([lawful], places).join()).toMatch(/sallyport\.db/);
    });
  });
});

test('a server that logs one request is caught', async () => {
  const server = await startSallyport({ entry: 'test/support/serve-logs-a-request.js' });
  const recorder = createRecorder();
  const method = METHODS.get('AuthService/StartSignIn');
  const [filled] = method ? filledRequests(method, plainText) : [];
  await recorder.send('AuthService/StartSignIn', filled?.bytes ?? new Uint8Array(), { address: server.address });
  const found = findSecrets(recorder.secrets, [['what it printed', server.output()]]);
  await server.stop();
  expect(found).toEqual(['StartSignInRequest.password in what it printed']);
});

test('a canary is found however it is written', () => {
  const canary = newCanary();
  for (const before of ['', 'x', 'xy', 'xyz']) {
    const bytes = Buffer.from(`${before}${canary} and more`);
    const written = [
      bytes.toString(),
      bytes.toString('base64'),
      bytes.toString('base64url'),
      bytes.toString('hex').toUpperCase(),
    ];
    for (const text of written)
      expect(findCanaries([canary], [['a text', `some ${text} thing`]])).toEqual([`${canary} in a text`]);
  }
  for (const form of formsOf(canary)) expect(findCanaries([canary], [['a text', form.toUpperCase()]])).toHaveLength(1);
  expect(findCanaries([canary], [['a text', newCanary()]])).toEqual([]);
});
