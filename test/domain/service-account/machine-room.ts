import type { Call, Caller } from '../../../src/domain/call.js';
import * as domain from '../../../src/domain/index.js';
import type { Engine } from '../../support/engines.js';
import { type House, openHouse, type Person, type Variant } from '../../support/house.js';
import { fresh } from '../administration/office.js';

export const DAY = 24 * 60 * 60_000;

/** A house with an administrator, and everything about service accounts. */
export async function openMachineRoom(engine: Engine, variant: Variant = {}) {
  const house = await openHouse(engine, variant);
  const root = await house.administrator();
  const rootCaller = await house.caller(root);
  const asRoot = (): Caller => fresh(rootCaller, house);
  const ask = {
    set: domain.setServiceAccount(house.needs),
    createSecret: domain.createServiceSecret(house.needs),
    listSecrets: domain.listServiceSecrets(house.needs),
    revoke: domain.revokeServiceSecret(house.needs),
    signIn: domain.signInServiceAccount(house.needs),
    startSignIn: domain.startSignIn(house.needs),
    listUsers: domain.listUsers(house.needs),
    getUser: domain.getUser(house.needs),
    disableUser: domain.disableUser(house.needs),
    warn: domain.warnOfEnds(house.needs),
  };
  let made = 0;

  const toMachine = (who: Person, over: Partial<domain.KindChange> = {}) =>
    ask.set(asRoot(), {
      userId: who.user.id,
      kind: 'service-account',
      reason: 'nightly jobs',
      ownerId: root.user.id,
      endsAt: undefined,
      ...over,
    });

  const toPerson = (who: Person) =>
    ask.set(asRoot(), { userId: who.user.id, kind: 'person', reason: 'left', ownerId: undefined, endsAt: undefined });

  /** A service account; it never had a phone. */
  const machine = async (roles: readonly string[] = []): Promise<Person> => {
    const who = await house.person(`machine-${++made}`, { roles, enrolled: false });
    await toMachine(who);
    return who;
  };

  const secretOf = async (who: Person, over: Partial<domain.NewSecret> = {}) => {
    const usual = { componentIds: ['rest-api'], networks: ['192.0.2.0/24'], expiresAt: undefined };
    const { secret, token } = await ask.createSecret(asRoot(), { userId: who.user.id, ...usual, ...over });
    return { id: secret.id, token };
  };

  const at = (component = 'rest-api', address = '192.0.2.1'): Call => ({ ...house.call(component), address });
  const name = (who: Person): string => who.user.name;

  /** What the door of service accounts answers: a session's token, or the reason. */
  const knock = async (who: Person, secret: string, call = at()): Promise<string> => {
    const verdict = await ask.signIn(call, { name: name(who), secret });
    return verdict.proved ? verdict.opened.token : verdict.because;
  };

  const isActive = async (token: string): Promise<boolean> => (await house.readActiveSession({ token })) !== undefined;

  return { house, root, ask, asRoot, toMachine, toPerson, machine, secretOf, at, knock, isActive };
}

export type MachineRoom = Awaited<ReturnType<typeof openMachineRoom>>;

/** Codes of the audit events that an act leaves. */
export async function codesOf(house: House, act: () => Promise<unknown>): Promise<readonly string[]> {
  const before = house.printed.length;
  await act();
  return house.printed.slice(before).map(({ code }) => code);
}
