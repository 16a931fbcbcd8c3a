import { afterAll, beforeAll, expect, test } from 'vitest';
import { MfaSwitch } from '../../generated/sallyport/admin/v1/mfa_policy.js';
import type { Sallyport as Client } from '../../src/client/index.js';
import { clientOf, firstAdministrator, firstSignIn, PASSWORD } from '../support/people.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';

const HOUR = 60 * 60_000;
const REFUSED = { reason: 'FIELDS_INVALID', violations: [{ field: 'page_token' }] };

let server: Sallyport;
let client: Client;
let ann: Client;
let bob: Client;

// Multi-factor authentication is off, so that both can come back after days with their passwords alone.
beforeAll(async () => {
  server = await startSallyport();
  client = clientOf(server);
  const first = await firstAdministrator(server, client);
  ann = client.withSession(first.session);
  await ann.admin.updateMfaPolicy({ policy: { mfaSwitch: MfaSwitch.MFA_SWITCH_OFF }, updateMask: ['mfa_switch'] });
  const roleIds = ['backup-administrator'];
  const { oneTimePassword } = await ann.admin.createUser({ username: 'bob', roleIds });
  const second = await firstSignIn(server, client, 'bob', oneTimePassword);
  bob = client.withSession(second.session);
  for (const name of ['uma', 'una', 'ute']) await ann.admin.createUser({ username: name });
});

afterAll(async () => {
  client?.close();
  await server?.stop();
});

const question = { pageSize: 2, usernamePrefix: 'u' };
const names = ({ users }: { users: readonly { username: string }[] }) => users.map(({ username }) => username);

test('a list goes on where the page before ended, and ends without a token', async () => {
  const first = await ann.admin.listUsers(question);
  const second = await ann.admin.listUsers({ ...question, pageToken: first.nextPageToken });
  expect([names(first), names(second), second.nextPageToken]).toEqual([['uma', 'una'], ['ute'], '']);
});

test('every list pages through all it has, one at a time', async () => {
  type Page = { readonly nextPageToken: string };
  const count = async (list: (page: { pageSize: number; pageToken: string }) => Promise<Page>): Promise<number> => {
    let pages = 0;
    for (let pageToken = ''; pages === 0 || pageToken !== ''; pages++)
      pageToken = (await list({ pageSize: 1, pageToken })).nextPageToken;
    return pages;
  };
  expect(await count(ann.admin.listUsers)).toBe(5);
  expect(await count(ann.admin.listRoles)).toBe(7);
  expect(await count(ann.admin.listComponents)).toBe(12);
  expect(await count(ann.admin.listSessions)).toBe(2);
  expect(await count(ann.auth.listSessions)).toBe(1);
  expect(await count(ann.admin.listGroups)).toBe(1);
  expect(await count((page) => ann.admin.listAuditEvents({ ...page, codes: ['31200'] }))).toBe(4);
});

test('a page may be smaller, larger or of the usual size; the token stays good', async () => {
  const { nextPageToken: pageToken } = await ann.admin.listUsers(question);
  for (const pageSize of [1, 1000, 0]) {
    expect(names(await ann.admin.listUsers({ ...question, pageSize, pageToken }))[0]).toBe('ute');
  }
});

test('a page of a size that there is not is refused', async () => {
  for (const pageSize of [-1, 1001, -2_147_483_648])
    await expect(ann.admin.listUsers({ pageSize })).rejects.toMatchObject({ violations: [{ field: 'page_size' }] });
});

test('a token that was changed anywhere, cut or made up is refused', async () => {
  const { nextPageToken: token } = await ann.admin.listUsers(question);
  const other = (letter: string | undefined) => (letter === 'A' ? 'B' : 'A');
  const changed = [0, 20, 50, token.length - 2].map(
    (at) => token.slice(0, at) + other(token[at]) + token.slice(at + 1),
  );
  for (const pageToken of [...changed, token.slice(0, -4), `${token}AAAA`, `${token}=`, 'made-up'])
    await expect(ann.admin.listUsers({ ...question, pageToken }), pageToken).rejects.toMatchObject(REFUSED);
});

test("a token is nobody else's", async () => {
  const { nextPageToken: pageToken } = await ann.admin.listUsers(question);
  await expect(bob.admin.listUsers({ ...question, pageToken })).rejects.toMatchObject(REFUSED);
});

test('a token is good for no other question and no other list', async () => {
  const { nextPageToken: pageToken } = await ann.admin.listUsers(question);
  await expect(ann.admin.listUsers({ pageToken })).rejects.toMatchObject(REFUSED);
  await expect(ann.admin.listUsers({ ...question, withoutFactor: true, pageToken })).rejects.toMatchObject(REFUSED);
  await expect(ann.admin.listRoles({ pageToken })).rejects.toMatchObject(REFUSED);
});

test('a token lives for 24 hours, whichever session its caller comes in', async () => {
  const { nextPageToken: pageToken } = await bob.admin.listUsers(question);
  const again = async (): Promise<Client> => {
    const { step } = await client.auth.startSignIn({ username: 'bob', password: PASSWORD });
    if (step?.step?.$case !== 'session') throw new Error('expected a session');
    return client.withSession(step.step.value.sessionToken);
  };

  server.setClock(23.9 * HOUR);
  expect(names(await (await again()).admin.listUsers({ ...question, pageToken }))).toEqual(['ute']);

  server.setClock(24.1 * HOUR);
  await expect((await again()).admin.listUsers({ ...question, pageToken })).rejects.toMatchObject(REFUSED);
});
