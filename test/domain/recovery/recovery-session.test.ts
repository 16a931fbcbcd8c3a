import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/domain/call.js';
import { adminOperations, authOperations } from '../../../src/domain/index.js';
import { Refusal } from '../../../src/domain/refusal.js';
import { fromBase32 } from '../../support/base32.js';
import { type House, MINUTE, openHouse, type Person, SHAPE } from '../../support/house.js';
import { asTyped, printedCodes } from '../../support/recovery-codes.js';
import { refusal } from '../../support/refusal.js';

type Operation = (caller: Caller, ...rest: unknown[]) => Promise<unknown>;

/** Nothing that exists; a role's list is walked before its proof is looked at. */
const MADE_UP = { permissions: [] };
const SEED = { kind: 'totp', secret: 'A'.repeat(32), label: '', shape: SHAPE, counter: 0 };

const isRead = (name: string): boolean => /^(get|list)/.test(name);

let house: House;
let root: Person;
beforeEach(async () => {
  house = await openHouse('sqlite');
  root = await house.administrator();
});
afterEach(() => house.close());

/** Every operation of administration by its name, as it is wired: what a next release adds is among them. */
const administration = (): [string, Operation][] =>
  Object.entries(adminOperations(house.needs) as unknown as Record<string, Operation>);

/** How far each gets that changes something; with made-up requests none gets to its end. */
async function reasons(caller: Caller): Promise<Record<string, string>> {
  const told: Record<string, string> = {};
  for (const [name, operation] of administration().filter(([each]) => !isRead(each)))
    told[name] = await operation(caller, MADE_UP, name === 'importFactor' ? SEED : MADE_UP, false).then(
      () => 'DONE',
      (error) => (error instanceof Refusal ? error.reason : String(error)),
    );
  return told;
}

const allOf = (reason: string): Record<string, string> =>
  Object.fromEntries(
    administration()
      .filter(([name]) => !isRead(name))
      .map(([name]) => [name, reason]),
  );

const asCaller = async (token: string): Promise<Caller> => {
  const active = await house.readActiveSession({ token });
  if (!active) throw new Error('the session does not hold');
  return { ...house.call(), active };
};

const recovered = async (who: Person): Promise<Caller> => {
  const [printed] = await printedCodes(house, who);
  const [signInToken = ''] = await house.challenges(who.user, 1);
  const use = authOperations(house.needs).useRecoveryCode;
  const verdict = await use(house.call(), { signInToken, code: asTyped(printed) });
  if (!verdict.proved || verdict.step.next !== 'session') throw new Error('expected a session');
  return asCaller(verdict.step.opened.token);
};

/** Enrols another phone in the session: its secret. */
const newPhone = async (caller: Caller): Promise<Uint8Array> => {
  const { beginEnrollment, confirmEnrollment } = authOperations(house.needs);
  const request = { token: { caller }, enrollmentCode: undefined, label: 'new phone', shape: SHAPE };
  const begun = await beginEnrollment(caller, request);
  if (!begun.proved) throw new Error(begun.because);
  const secret = fromBase32(begun.shown.secret);
  const confirmed = await confirmEnrollment(caller, { token: { caller }, code: house.code({ ...root, secret }) });
  if (!confirmed.proved) throw new Error(confirmed.because);
  return secret;
};

describe('a session that a recovery code opened', () => {
  test('changes nothing guarded: every changing operation asks for another session', async () => {
    const told = await reasons(await recovered(root));
    expect(Object.keys(told).length).toBeGreaterThan(30);
    expect(told).toEqual(allOf('STEP_UP_REQUIRED'));
  });

  test('the same operations get further in a session that a device opened', async () => {
    const told = await reasons(await house.caller(root));
    expect(Object.values(told)).not.toContain('STEP_UP_REQUIRED');
  });

  test('changes nothing guarded to its end, whatever is proved in it', async () => {
    const caller = await recovered(root);
    const secret = await newPhone(caller);
    house.pass(MINUTE);
    const { reauthenticate } = authOperations(house.needs);
    const typed = { code: house.code({ ...root, secret }), factorId: undefined };
    const proved = await reauthenticate(caller, { code: typed });
    if (!proved.proved) throw new Error(proved.because);
    const fresh = await asCaller(proved.opened.token);
    expect(fresh.active.session).toMatchObject({ byRecoveryCode: true, secondFactor: { kind: 'totp' } });
    expect(await reasons(fresh)).toEqual(allOf('STEP_UP_REQUIRED'));
  });

  test('reads what its owner may read', async () => {
    const caller = await recovered(root);
    const { listUsers, getMfaPolicy } = adminOperations(house.needs);
    expect(await listUsers(caller, {}, { limit: 10, after: undefined })).toHaveLength(1);
    expect(await getMfaPolicy(caller)).toMatchObject({ on: true });
  });

  test('changes its own devices and recovery codes, so that the new phone takes the place of the lost one', async () => {
    const caller = await recovered(root);
    const secret = await newPhone(caller);
    const { listFactors, removeFactor, regenerateRecoveryCodes } = authOperations(house.needs);
    expect(await regenerateRecoveryCodes(caller)).toHaveLength(10);
    const { factors } = await listFactors(caller);
    const lost = factors.find(({ factor }) => factor.label === 'phone');
    await removeFactor(caller, lost?.factor.id ?? '');
    const user = await house.reads(({ users }) => users.byId(root.user.id));
    const renewed = { user: user ?? root.user, secret };
    expect(await house.caller(renewed)).toBeDefined();
    await expect(house.session({ ...renewed, secret: root.secret })).rejects.toThrow('no session');
  });

  test('needs a fresh proof for that, too', async () => {
    const caller = await recovered(root);
    house.pass(10 * MINUTE + 1);
    const { regenerateRecoveryCodes } = authOperations(house.needs);
    await expect(regenerateRecoveryCodes(caller)).rejects.toThrow(refusal('STEP_UP_REQUIRED'));
    await expect(newPhone(caller)).rejects.toThrow(refusal('STEP_UP_REQUIRED'));
  });
});
