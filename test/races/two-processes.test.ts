import { afterEach, describe, expect, test } from 'vitest';
import { SallyportError } from '../../src/client/index.js';
import { LOOKED } from '../support/counting-looks.js';
import { freshDatabase, mariadbIsHere } from '../support/mariadb.js';
import { type Client, clientOf, codeFor, firstAdministrator, firstSignIn, PASSWORD } from '../support/people.js';
import { type Sallyport, startSallyport } from '../support/sallyport.js';

const ROUNDS = 100;
const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Two server processes with one key file on one MariaDB, and a client of each. */
async function twoProcesses(entry: string): Promise<{ servers: Sallyport[]; clients: Client[] }> {
  const database = await freshDatabase();
  opened.push(database.drop);
  const first = await startSallyport({ database: database.url, entry });
  opened.push(first.stop);
  const second = await startSallyport({ database: database.url, entry, like: first });
  opened.push(second.stop);
  const servers = [first, second];
  const clients = servers.map(clientOf);
  opened.push(async () => clients.forEach((client) => void client.close()));
  return { servers, clients };
}

const at = <T>(list: readonly T[], index: number): T => {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('an empty list');
  return item;
};

const reasonOf = (error: unknown): string =>
  error instanceof SallyportError ? (error.reason ?? 'none') : String(error);

const reasonOfThe = (call: Promise<unknown>): Promise<string> => call.then(() => 'SERVED', reasonOf);

/** Ten challenges of the administrator, begun through both processes. */
async function tenChallenges(clients: readonly Client[]): Promise<string[]> {
  const tokens: string[] = [];
  for (let made = 0; made < 10; made++) {
    const { step } = await at(clients, made).auth.startSignIn({ username: 'administrator', password: PASSWORD });
    if (step?.step?.$case === 'challenge') tokens.push(step.step.value.signInToken);
  }
  expect(tokens).toHaveLength(10);
  return tokens;
}

/** The same over and over, at once: what each was answered. */
const answersOf = (times: number, send: (index: number) => Promise<unknown>): Promise<string[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => reasonOfThe(send(index))));

/** A wrong code through each of two processes, then 200 at once over ten sign-ins: how many were looked at, by the answers. */
async function looksOverTwoProcesses(entry: string): Promise<number> {
  const { servers, clients } = await twoProcesses(entry);
  const server = at(servers, 0);
  const { secret } = await firstAdministrator(server, at(clients, 0));
  const tokens = await tenChallenges(clients);
  const code = codeFor(server, secret, 500);
  const wrong = (index: number) => at(clients, index).auth.verifyOtp({ signInToken: at(tokens, index), code });
  // Whoever looks at too many ends the sign-ins of both. By then the other one has looked at one in any case.
  const first = [await reasonOfThe(wrong(0)), await reasonOfThe(wrong(1))];
  return lookedAt([...first, ...(await answersOf(200, wrong))]);
}

/** 200 wrong recovery codes at once over ten sign-ins and two processes: how many were looked at. */
async function recoveryLooksOverTwoProcesses(entry: string): Promise<number> {
  const { servers, clients } = await twoProcesses(entry);
  await firstAdministrator(at(servers, 0), at(clients, 0));
  const tokens = await tenChallenges(clients);
  const answers = await answersOf(200, (index) =>
    at(clients, index).auth.useRecoveryCode({
      signInToken: at(tokens, index),
      recoveryCode: `${String((index % 10) + 1).padStart(2, '0')}-0000-0000-0000-0000`,
    }),
  );
  return lookedAt(answers);
}

// Five are told that the code is wrong; the sixth one looked at starts the wait and is told so.
function lookedAt(answers: readonly string[]): number {
  expect(answers).not.toContain('SERVED');
  expect(answers).toContain('LOCKED_OUT');
  return answers.filter((reason) => reason === 'INVALID_CODE').length + 1;
}

/** 200 wrong enrolment codes at once over ten sign-ins and two processes: how many were compared with the right one. */
async function enrollmentLooksOverTwoProcesses(entry: string): Promise<number> {
  const { servers, clients } = await twoProcesses(entry);
  const one = at(clients, 0);
  const { session } = await firstAdministrator(at(servers, 0), one);
  const second = { username: 'second', roleIds: ['backup-administrator'] };
  const { user, oneTimePassword } = await one.admin.createUser(second, { session });
  const due = (await one.auth.startSignIn({ username: 'second', password: oneTimePassword })).step?.step;
  if (due?.$case !== 'passwordChange') throw new Error(`expected a password change, got ${due?.$case}`);
  await one.auth.changePassword({ signInToken: due.value.signInToken, newPassword: PASSWORD });
  const { enrollmentCode } = await one.admin.createEnrollmentCode({ userId: user?.userId ?? '' }, { session });
  const tokens: string[] = [];
  for (let made = 0; made < 10; made++) {
    const { step } = await at(clients, made).auth.startSignIn({ username: 'second', password: PASSWORD });
    if (step?.step?.$case === 'enrollment') tokens.push(step.step.value.signInToken);
  }
  expect(tokens).toHaveLength(10);
  const begin = (index: number, code: string) =>
    at(clients, index).auth.beginEnrollment({ signInToken: at(tokens, index), enrollmentCode: code });
  const answers = await answersOf(200, (index) => begin(index, '0000-0000-0000-0000'));
  expect(answers).not.toContain('SERVED');
  await expect(begin(0, enrollmentCode)).rejects.toMatchObject({ reason: 'ENROLLMENT_CODE_INVALID' });
  return servers.reduce((sum, server) => sum + server.output().split(LOOKED).length - 1, 0);
}

/** Two administrators take the role from each other at once: rounds after which nobody had it. */
async function roundsWithoutAdministrator(entry: string, rounds: number): Promise<number> {
  const { servers, clients } = await twoProcesses(entry);
  const [one, two] = [at(clients, 0), at(clients, 1)];
  const first = await firstAdministrator(at(servers, 0), one);
  await one.admin.updateMfaPolicy({ policy: { mfaSwitch: 2 }, updateMask: ['mfa_switch'] }, { session: first.session });
  const made = await one.admin.createUser(
    { username: 'second', roleIds: ['backup-administrator'] },
    { session: first.session },
  );
  const second = await firstSignIn(at(servers, 0), one, 'second', made.oneTimePassword);
  const roleId = 'backup-administrator';
  const { user } = await one.admin.getUser(
    { user: { $case: 'username', value: 'administrator' } },
    { session: first.session },
  );
  const secondId = made.user?.userId ?? '';
  const firstId = user?.userId ?? '';
  let without = 0;
  for (let round = 0; round < rounds; round++) {
    const taken = await Promise.allSettled([
      one.admin.unassignRole({ userId: secondId, roleId }, { session: first.session }),
      two.admin.unassignRole({ userId: firstId, roleId }, { session: second.session }),
    ]);
    const done = taken.map(({ status }) => status === 'fulfilled');
    if (done[0] && done[1]) {
      without++;
      break;
    }
    if (done[0]) await one.admin.assignRole({ userId: secondId, roleId }, { session: first.session });
    if (done[1]) await two.admin.assignRole({ userId: firstId, roleId }, { session: second.session });
  }
  return without;
}

/** A group is made while MFA is switched on: rounds after which both were there. */
async function roundsWithGroupAndMfa(entry: string, rounds: number): Promise<number> {
  const { servers, clients } = await twoProcesses(entry);
  const [one, two] = [at(clients, 0), at(clients, 1)];
  const { session } = await firstAdministrator(at(servers, 0), one);
  const turn = (client: Client, mfaSwitch: 1 | 2) =>
    client.admin.updateMfaPolicy({ policy: { mfaSwitch }, updateMask: ['mfa_switch'] }, { session });
  await turn(one, 2);
  let both = 0;
  for (let round = 0; round < rounds; round++) {
    const [on, group] = await Promise.allSettled([
      turn(one, 1),
      two.admin.createGroup({ name: `group ${round}` }, { session }),
    ]);
    if (on.status === 'fulfilled' && group.status === 'fulfilled') {
      both++;
      break;
    }
    if (on.status === 'fulfilled') await turn(one, 2);
    if (group.status === 'fulfilled')
      await two.admin.deleteGroup({ groupId: group.value.group?.groupId ?? '' }, { session });
  }
  return both;
}

const SOUND = 'test/support/serve.js';

describe.runIf(mariadbIsHere())('two server processes on one MariaDB', () => {
  test('of 200 wrong codes at once at most six are looked at', async () => {
    expect(await looksOverTwoProcesses(SOUND)).toBeLessThanOrEqual(6);
  }, 60_000);

  test('the same test catches a lock in process memory', async () => {
    expect(await looksOverTwoProcesses('test/support/serve-waits-in-memory.js')).toBeGreaterThan(6);
  }, 60_000);

  test('of 200 wrong recovery codes at once six are looked at', async () => {
    expect(await recoveryLooksOverTwoProcesses(SOUND)).toBe(6);
  }, 60_000);

  test('the same test catches a ladder in process memory', async () => {
    expect(await recoveryLooksOverTwoProcesses('test/support/serve-waits-in-memory.js')).toBeGreaterThan(6);
  }, 60_000);

  test('of 200 wrong enrolment codes at once five are compared with the right one', async () => {
    expect(await enrollmentLooksOverTwoProcesses('test/support/serve-counting-looks.js')).toBe(5);
  }, 60_000);

  test('the same test catches tries in process memory', async () => {
    expect(await enrollmentLooksOverTwoProcesses('test/support/serve-tries-in-memory.js')).toBeGreaterThan(5);
  }, 60_000);

  test(`two administrators never remove each other, ${ROUNDS} rounds`, async () => {
    expect(await roundsWithoutAdministrator(SOUND, ROUNDS)).toBe(0);
  }, 120_000);

  test('the same test catches a rule that counts, then updates', async () => {
    expect(await roundsWithoutAdministrator('test/support/serve-count-then-update.js', ROUNDS)).toBe(1);
  }, 120_000);

  test(`a group and MFA are never there together, ${ROUNDS} rounds`, async () => {
    expect(await roundsWithGroupAndMfa(SOUND, ROUNDS)).toBe(0);
  }, 120_000);

  test('the same test catches a group that is made without the shared row', async () => {
    expect(await roundsWithGroupAndMfa('test/support/serve-count-then-update.js', ROUNDS)).toBe(1);
  }, 120_000);
});
