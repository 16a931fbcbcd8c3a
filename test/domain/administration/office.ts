import { expect } from 'vitest';
import type { StoredAuditEvent } from '../../../src/domain/audit/audit-event.js';
import type { Caller } from '../../../src/domain/call.js';
import * as domain from '../../../src/domain/index.js';
import type { Reason } from '../../../src/domain/refusal.js';
import { type House, openHouse, type Person } from '../../support/house.js';

/** A house with an administrator, and everything that administrators can ask. */
export async function openOffice() {
  const house = await openHouse('sqlite');
  const { needs } = house;
  const ask = {
    ...domain.adminReads(needs),
    createUser: domain.createUser(needs),
    getUser: domain.getUser(needs),
    listUsers: domain.listUsers(needs),
    updateUser: domain.updateUser(needs),
    deleteUser: domain.deleteUser(needs),
    disableUser: domain.disableUser(needs),
    enableUser: domain.enableUser(needs),
    unlockUser: domain.unlockUser(needs),
    resetPassword: domain.resetPassword(needs),
    resetMfa: domain.resetMfa(needs),
    createEnrollmentCode: domain.createEnrollmentCode(needs),
    createRole: domain.createRole(needs),
    updateRole: domain.updateRole(needs),
    deleteRole: domain.deleteRole(needs),
    assignRole: domain.assignRole(needs),
    unassignRole: domain.unassignRole(needs),
    createGroup: domain.createGroup(needs),
    deleteGroup: domain.deleteGroup(needs),
    updateMfaPolicy: domain.updateMfaPolicy(needs),
    createComponent: domain.createComponent(needs),
    updateComponent: domain.updateComponent(needs),
    deleteComponent: domain.deleteComponent(needs),
    createComponentKey: domain.createComponentKey(needs),
    revokeComponentKey: domain.revokeComponentKey(needs),
    listAllSessions: domain.listAllSessions(needs),
    revokeSession: domain.revokeSession(needs),
    revokeUserSessions: domain.revokeUserSessions(needs),
    listAuditEvents: domain.listAuditEvents(needs),
    acknowledgeAuditEvent: domain.acknowledgeAuditEvent(needs),
    recordRefusal: domain.recordRefusal(needs),
    startSignIn: domain.startSignIn(needs),
  };
  const root = await house.administrator();
  const rootCaller = await house.caller(root);

  /** The administrator with a proof of this moment, in a session that goes on. */
  const asRoot = (): Caller => fresh(rootCaller, house);

  /** Somebody whose only role is a custom one. */
  const holderOf = async (...permissions: string[]): Promise<Person> => {
    const name = `role ${house.needs.randomness.newId()}`;
    const { id } = await ask.createRole(asRoot(), { name, description: '', permissions });
    return house.person(`holder-${id}`, { roles: [id] });
  };

  const stranger = (roles: readonly string[] = []): Promise<Person> =>
    house.person(`stranger-${house.needs.randomness.newId()}`, { roles });

  return { house, ask, root, asRoot, holderOf, stranger, mfaOff: () => switchTo(false), mfaOn: () => switchTo(true) };

  /** Without an operation: what the switch refuses and notes is its own test's business. */
  function switchTo(on: boolean): Promise<void> {
    return house.sound(({ policy }) => policy.update({ on }));
  }
}

export type Office = Awaited<ReturnType<typeof openOffice>>;

export const fresh = (caller: Caller, house: House): Caller => provedAt(caller, house.now());

export const provedAt = (caller: Caller, at: number): Caller => ({
  ...caller,
  active: { ...caller.active, session: { ...caller.active.session, provedAt: at } },
});

export const mustRefuse = (answer: Promise<unknown>, reason: Reason): Promise<void> =>
  expect(answer).rejects.toMatchObject({ name: 'Refusal', reason });

/** The audit events that an act leaves, as they were printed after its commit. */
export async function eventsOf(house: House, act: () => Promise<unknown>): Promise<readonly StoredAuditEvent[]> {
  const before = house.printed.length;
  await act();
  return house.printed.slice(before);
}

/** An id that nothing has. */
export const NOBODY = '00000000000000000000000000';
