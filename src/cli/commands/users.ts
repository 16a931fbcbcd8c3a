import type { Command } from 'commander';
import { Admin, type AdminClient, Auth } from '../../client/index.js';
import { allPages } from '../all-pages.js';
import { choice, several } from '../choice.js';
import { exemptColumns, isServiceAccount, withOwners } from '../exempt.js';
import { roleId, userId } from '../look-up.js';
import { types } from '../message-types.js';
import { serviceAccountFields, userColumns, userFields } from '../user-fields.js';
import { type CommandContext, withServer } from '../with-server.js';
import { addImportFactor } from './import-factor.js';
import { addUserFactors } from './user-factors.js';
import { addUserResets } from './user-resets.js';

interface ListOptions {
  prefix?: string;
  role?: string;
  withoutFactor?: boolean;
  exempt?: boolean;
  state?: Admin.UserState;
}

interface Details {
  displayName?: string;
  email?: string;
  role?: string[];
}

/** `users`: people and service accounts. */
export function addUsers(program: Command, context: CommandContext): void {
  const users = program.command('users').description('manage users');
  addList(users, context);
  users
    .command('show')
    .description('show a user, with failures and waits')
    .argument('<user>', 'name or id')
    .action(
      withServer<[string]>(context, async (online, [name]) => {
        const { user } = await online.call(async (sallyport) =>
          sallyport.admin.getUser({ user: { $case: 'userId', value: await userId(sallyport, name) } }),
        );
        if (user) online.one(user, types.user, isServiceAccount(user) ? serviceAccountFields : userFields);
      }),
    );
  addCreate(users, context);
  addUpdate(users, context);
  addChange(users, context, ['delete', 'deleted'], 'delete a user; their audit events stay', (admin, id) =>
    admin.deleteUser(id),
  );
  addChange(users, context, ['disable', 'disabled'], 'end their sessions and let them in no more', (admin, id) =>
    admin.disableUser(id),
  );
  addChange(users, context, ['enable', 'enabled'], 'let a disabled user sign in again', (admin, id) =>
    admin.enableUser(id),
  );
  addUnlock(users, context);
  addUserResets(users, context);
  addUserFactors(users, context);
  addImportFactor(users, context);
}

function addList(users: Command, context: CommandContext): void {
  users
    .command('list')
    .description('list users by name')
    .option('--prefix <text>', 'whose names begin so')
    .option('--role <role>', 'who hold this role (name or id)')
    .option('--without-factor', 'who have no second factor')
    .option('--exempt', 'who get in without a second factor now, and why')
    .option('--state <state>', 'active or disabled', choice('USER_STATE', Admin.UserState))
    .action(
      withServer<[], ListOptions>(context, async (online, _, { prefix, role, withoutFactor, exempt, state }) => {
        const found = await online.call(async (sallyport) => {
          const filter = {
            usernamePrefix: prefix,
            withoutFactor,
            exempt,
            state,
            roleId: role && (await roleId(sallyport, role)),
          };
          const users = await allPages(
            (page) => sallyport.admin.listUsers({ ...filter, ...page }),
            ({ users }) => users,
          );
          return exempt ? withOwners(sallyport, users) : users.map((user) => ({ ...user, owner: '' }));
        });
        online.list(found, types.user, exempt ? exemptColumns : userColumns);
      }),
    );
}

function addCreate(users: Command, context: CommandContext): void {
  users
    .command('create')
    .description('create a person; prints their one-time password, once')
    .argument('<name>', 'never changes')
    .option('--display-name <text>', 'what people call them')
    .option('--email <address>', 'where to reach them')
    .option('--role <role>', 'a role to hold, name or id; may be repeated', several)
    .action(
      withServer<[string], Details>(context, async (online, [username], { displayName, email, role = [] }) => {
        const created = await online.call(async (sallyport) => {
          const roleIds = await Promise.all(role.map((name) => roleId(sallyport, name)));
          return sallyport.admin.createUser({ username, displayName, email, roleIds });
        });
        online.one(created, types.createdUser, [
          ['name', ({ user }) => user?.username],
          ['user id', ({ user }) => user?.userId],
          ['roles', ({ user }) => user?.roleIds],
          ['one-time password', ({ oneTimePassword }) => oneTimePassword],
          ['good until', ({ expireTime }) => expireTime],
        ]);
      }),
    );
}

function addUpdate(users: Command, context: CommandContext): void {
  users
    .command('update')
    .description('change display name or e-mail address')
    .argument('<user>', 'name or id')
    .option('--display-name <text>', 'what people call them')
    .option('--email <address>', 'where to reach them; empty removes it')
    .action(
      withServer<[string], Details>(context, async (online, [name], { displayName, email }) => {
        const updateMask = [
          ...(displayName === undefined ? [] : ['display_name']),
          ...(email === undefined ? [] : ['email']),
        ];
        const { user } = await online.call(async (sallyport) => {
          const id = await userId(sallyport, name);
          return sallyport.admin.updateUser({ userId: id, user: { displayName, email }, updateMask });
        });
        if (user) online.one(user, types.user, userFields);
      }),
    );
}

function addUnlock(users: Command, context: CommandContext): void {
  users
    .command('unlock')
    .description("end a user's waits")
    .argument('<user...>', 'names or ids')
    .action(
      withServer<[string[]]>(context, async (online, [names]) => {
        for (const name of names) {
          const { user } = await online.call(async (sallyport) =>
            sallyport.admin.unlockUser({ userId: await userId(sallyport, name) }),
          );
          online.done(`unlocked ${name}`);
          for (const step of stillDisabled(name, user?.waits ?? [])) online.done(step);
        }
      }),
    );
}

// The hundredth failure is undone by new proofs only.
const stillDisabled = (name: string, waits: readonly Admin.Wait[]): string[] =>
  waits
    .filter(({ state }) => state === Admin.WaitState.WAIT_STATE_DISABLED)
    .map(({ kind }) =>
      kind === Auth.Method.METHOD_PASSWORD
        ? `Their password is still disabled. Type: sallyport users reset-password ${name}`
        : `Their codes are still disabled. Type: sallyport users reset-mfa ${name}`,
    );

type Change = (admin: AdminClient, request: { userId: string }) => Promise<unknown>;

function addChange(
  users: Command,
  context: CommandContext,
  [verb, past]: readonly [string, string],
  description: string,
  change: Change,
): void {
  users
    .command(verb)
    .description(description)
    .argument('<user...>', 'names or ids')
    .action(
      withServer<[string[]]>(context, async (online, [names]) => {
        for (const name of names) {
          await online.call(async (sallyport) => change(sallyport.admin, { userId: await userId(sallyport, name) }));
          online.done(`${past} ${name}`);
        }
      }),
    );
}
