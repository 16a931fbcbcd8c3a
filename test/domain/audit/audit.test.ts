import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUDIT } from '../../../src/domain/audit/audit-codes.js';
import { auditOf, withoutCall } from '../../../src/domain/audit/audit-of.js';
import { eventsOf, mustRefuse, type Office, openOffice, provedAt } from '../administration/office.js';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.house.close());

const HAPPENING = { at: 1, code: AUDIT.USER_UPDATED, outcome: 'success' } as const;

describe('an audit event', () => {
  test('takes who, where and in which call from the call', () => {
    const call = office.house.call('shell');
    const event = auditOf(call, { ...HAPPENING, subject: 's' });
    expect(event).toMatchObject({
      actor: 'anonymous',
      subject: 's',
      componentId: 'shell',
      address: call.address,
      rpc: call.rpc,
      requestId: call.requestId,
      acknowledgementDue: false,
    });
    expect(auditOf(office.asRoot(), HAPPENING).actor).toBe(office.root.user.id);
  });

  test('without a call names nothing of one', () => {
    expect(withoutCall(HAPPENING, 'host')).toMatchObject({
      actor: 'host',
      componentId: undefined,
      address: undefined,
      rpc: undefined,
      requestId: undefined,
    });
  });

  test('has a code that no other happening has', () => {
    const codes = Object.values(AUDIT);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe('a refused administrative call', () => {
  test('is recorded in a unit of its own, after the rollback of what it refused', async () => {
    const caller = office.asRoot();
    const events = await eventsOf(office.house, async () => {
      await mustRefuse(office.ask.disableUser(caller, office.root.user.id), 'NOT_ON_YOURSELF');
      await office.ask.recordRefusal(caller, 'NOT_ON_YOURSELF', office.root.user.id);
    });
    expect(events).toMatchObject([
      {
        code: 'CALL_REFUSED',
        outcome: 'refused',
        reason: 'NOT_ON_YOURSELF',
        actor: office.root.user.id,
        subject: office.root.user.id,
        rpc: caller.rpc,
      },
    ]);
  });
});

describe('listing audit events', () => {
  test('is newest first, filtered and in pages', async () => {
    const person = await office.stranger();
    await office.ask.disableUser(office.asRoot(), person.user.id);
    await office.ask.enableUser(office.asRoot(), person.user.id);
    await office.ask.updateUser(office.asRoot(), person.user.id, { email: 'a@example.com' });
    const list = (filter: object, limit = 10, after?: number) =>
      office.ask.listAuditEvents(office.asRoot(), { subject: person.user.id, ...filter }, { limit, after });

    const all = await list({});
    expect(all.map(({ code }) => code)).toEqual(['USER_UPDATED', 'USER_ENABLED', 'USER_DISABLED']);
    expect((await list({ codes: ['USER_ENABLED'] })).map(({ sequence }) => sequence)).toEqual([all[1]?.sequence]);
    expect(await list({ outcome: 'refused' })).toEqual([]);
    expect(await list({ actor: person.user.id })).toEqual([]);
    expect((await list({}, 1, all[0]?.sequence)).map(({ code }) => code)).toEqual(['USER_ENABLED']);
  });
});

describe('an event that waits to be acknowledged', () => {
  const due = async (subject: string): Promise<number> => {
    const event = { ...withoutCall({ ...HAPPENING, subject }, 'host'), acknowledgementDue: true };
    await office.house.sound(({ audit }) => audit.append(event));
    return office.house.printed.at(-1)?.sequence ?? 0;
  };

  test('is acknowledged once, by who may manage MFA, and the trail says so', async () => {
    const sequence = await due((await office.stranger()).user.id);
    const acknowledge = () => office.ask.acknowledgeAuditEvent(office.asRoot(), sequence);
    const events = await eventsOf(office.house, async () => {
      expect(await acknowledge()).toMatchObject({ sequence, acknowledgementDue: false });
    });
    expect(events).toMatchObject([
      { code: 'EVENT_ACKNOWLEDGED', actor: office.root.user.id, subject: String(sequence) },
    ]);
    await mustRefuse(acknowledge(), 'NOT_FOUND');
  });

  test('is never acknowledged by its subject', async () => {
    await mustRefuse(
      office.ask.acknowledgeAuditEvent(office.asRoot(), await due(office.root.user.id)),
      'NOT_ON_YOURSELF',
    );
  });

  test('needs mfa.manage and a fresh proof', async () => {
    const sequence = await due((await office.stranger()).user.id);
    const reader = await office.house.caller(await office.holderOf('audit.read'));
    await mustRefuse(office.ask.acknowledgeAuditEvent(reader, sequence), 'PERMISSION_MISSING');
    const stale = provedAt(office.asRoot(), office.house.now() - 11 * 60_000);
    await mustRefuse(office.ask.acknowledgeAuditEvent(stale, sequence), 'STEP_UP_REQUIRED');
  });

  test('is one that asks for it', async () => {
    const person = await office.stranger();
    const [event] = await eventsOf(office.house, () => office.ask.disableUser(office.asRoot(), person.user.id));
    await mustRefuse(office.ask.acknowledgeAuditEvent(office.asRoot(), event?.sequence ?? 0), 'NOT_FOUND');
  });
});
