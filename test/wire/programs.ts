import { expect } from 'vitest';
import { PASSWORD, type Storyteller } from './story.js';

/**
 * Part of the story: a person's name becomes a program's. It comes in by its own door, from where it may and through what it
 * may; people come in by theirs; and once it is a person again nothing of before opens anything.
 */
export async function programs(story: Storyteller, administratorsSecret: string): Promise<void> {
  story.alignStep();
  const admin = { session: await story.signIn('administrator', administratorsSecret) };
  const owner = await story.tell('auth/ValidateSession', { sessionToken: admin.session });
  const keyOf = async (componentId: string) => {
    const { componentKey } = await story.tell('admin/CreateComponentKey', { componentId }, admin);
    return { componentKey: componentKey as string };
  };
  const [gateway, shell, restore] = [await keyOf('rest-api'), await keyOf('shell'), await keyOf('config-restore')];

  // Erin, who has a phone and a session, becomes a service account: nothing of hers is left.
  const made = await story.tell('admin/CreateUser', { username: 'Erin', roleIds: ['backup-operator'] }, admin);
  const { userId } = made.user;
  const person = await story.firstSignIn('erin', made.oneTimePassword);
  const becomes = { userId, kind: 'USER_KIND_SERVICE_ACCOUNT', reason: 'nightly jobs', ownerUserId: owner.userId };
  const { user } = await story.tell('admin/SetServiceAccount', becomes, admin);
  expect(user).toMatchObject({ kind: 'USER_KIND_SERVICE_ACCOUNT', kindReason: 'nightly jobs', factorCount: 0 });
  await story.refused('SESSION_INACTIVE', 'auth/ValidateSession', { sessionToken: person.session });

  // At the door of people it looks like an unknown name.
  const unknown = await story.refused('INVALID_CREDENTIALS', 'auth/StartSignIn', {
    username: 'nobody',
    password: PASSWORD,
  });
  for (const password of [PASSWORD, 'wrong'])
    expect(await story.refused('INVALID_CREDENTIALS', 'auth/StartSignIn', { username: 'erin', password })).toEqual(
      unknown,
    );

  // Networks must be named; then a secret for the gateway, from this machine alone.
  const bare = { userId, componentIds: ['rest-api'] };
  const nowhere = await story.refused('FIELDS_INVALID', 'admin/CreateServiceSecret', bare, admin);
  expect(nowhere.fields).toEqual(['networks']);
  const created = await story.tell(
    'admin/CreateServiceSecret',
    { ...bare, networks: ['127.0.0.0/8', '::1/128'] },
    admin,
  );
  expect(created.secret).toMatch(/^sps_/);
  const come = { username: 'ERIN', secret: created.secret };
  const opened = await story.tell('auth/SignInServiceAccount', come, gateway);
  const sessionToken = opened.session.sessionToken as string;
  const valid = await story.tell('auth/ValidateSession', { sessionToken }, shell);
  expect(valid).toMatchObject({ username: 'erin', userKind: 'USER_KIND_SERVICE_ACCOUNT', componentId: 'rest-api' });
  expect(valid.permissions).toContain('backup.run');
  expect(valid.methods.map(({ method }: { method: string }) => method)).toEqual(['METHOD_SERVICE_SECRET']);
  expect(Date.parse(opened.session.expireTime) - story.server.now()).toBeLessThanOrEqual(60 * 60_000);

  // Through another component, and from another network, it is refused by name; a wrong one says nothing.
  const elsewhere = { ...come, clientContext: { address: '192.0.2.9' } };
  const component = await story.refused('COMPONENT_REFUSED', 'auth/SignInServiceAccount', come, shell);
  const network = await story.refused('NETWORK_REFUSED', 'auth/SignInServiceAccount', elsewhere, gateway);
  expect([component.code, network.code]).toEqual(['PERMISSION_DENIED', 'PERMISSION_DENIED']);
  const wrong = { ...come, secret: `${created.secret.slice(0, -4)}0000` };
  await story.refused('INVALID_CREDENTIALS', 'auth/SignInServiceAccount', wrong, gateway);
  const kept = { ...gateway, session: sessionToken };
  await story.refused('SERVICE_ACCOUNT_REFUSED', 'admin/ListUsers', {}, kept);

  // A person at the machines' door: told where people come in, or that here they do not. Restoring lets people in.
  const fred = await story.tell('admin/CreateUser', { username: 'fred', roleIds: ['restore-operator'] }, admin);
  const phone = await story.firstSignIn('fred', fred.oneTimePassword);
  const lost = { username: 'fred', secret: PASSWORD };
  const message = await story.refused('MFA_REQUIRED', 'auth/SignInServiceAccount', lost, gateway);
  expect(message.message).toContain('rest-api');
  await story.refused('USE_START_SIGN_IN', 'auth/SignInServiceAccount', lost, restore);
  story.nextStep();
  const restoring = await story.signIn('fred', phone.secret, restore);
  expect(await story.tell('auth/ValidateSession', { sessionToken: restoring })).toMatchObject({
    componentId: 'config-restore',
  });

  // Who gets in without a second factor is listed, and why.
  const { users } = await story.tell('admin/ListUsers', { exempt: true }, admin);
  expect(users).toMatchObject([{ username: 'erin', kindReason: 'nightly jobs', serviceSecretCount: 1 }]);

  // A secret that is revoked takes its sessions with it.
  const second = await story.tell('admin/CreateServiceSecret', { ...bare, networks: ['0.0.0.0/0'] }, admin);
  const { secretId } = created.serviceSecret;
  await story.tell('admin/RevokeServiceSecret', { secretId }, admin);
  await story.refused('SESSION_INACTIVE', 'auth/ValidateSession', { sessionToken });
  await story.refused('INVALID_CREDENTIALS', 'auth/SignInServiceAccount', come, gateway);
  const next = { username: 'erin', secret: second.secret };
  const last = await story.tell('auth/SignInServiceAccount', next, gateway);

  // A person again: no secret, no session, no old password, no old phone; the way in is that of a new person.
  const back = { userId, kind: 'USER_KIND_PERSON', reason: 'the jobs moved' };
  const again = await story.tell('admin/SetServiceAccount', back, admin);
  await story.refused('SESSION_INACTIVE', 'auth/ValidateSession', { sessionToken: last.session.sessionToken });
  await story.refused('INVALID_CREDENTIALS', 'auth/SignInServiceAccount', next, gateway);
  await story.refused('INVALID_CREDENTIALS', 'auth/StartSignIn', { username: 'erin', password: PASSWORD });
  const { serviceSecrets } = await story.tell('admin/ListServiceSecrets', { userId }, admin);
  expect(serviceSecrets).toEqual([]);
  const anew = await story.firstSignIn('erin', again.oneTimePassword, again.enrollmentCode);
  expect(anew.secret).not.toBe(person.secret);
}
