import { describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../../src/domain/audit/audit-event.js';
import type { AuditFilter } from '../../../src/domain/audit/audit-store.js';
import { onEachEngine } from '../../support/engines.js';
import { anEvent, DAY, NOW, newId } from './samples.js';
import { sharedStores } from './shared-stores.js';

onEachEngine((engine) => {
  const stores = sharedStores(engine);
  const { unitOfWork, reads } = stores;
  const append = (...events: AuditEvent[]) =>
    unitOfWork(async ({ audit }) => {
      for (const event of events) await audit.append(event);
    });
  const list = (filter: AuditFilter, after?: number, limit = 10) =>
    reads(({ audit }) => audit.list(filter, { limit, after }));

  describe('an event', () => {
    test('is told as it was put in, and printed with its sequence once committed', async () => {
      const subject = newId();
      const event = anEvent({
        subject,
        outcome: 'success',
        reason: 'INVALID_CODE',
        actor: newId(),
        componentId: 'console',
        address: '2001:db8::1',
        rpc: '/sallyport.auth.v1.AuthService/VerifyOtp',
        factorKind: 'totp',
        changedFields: ['display_name', 'email'],
        unlooked: 3,
        clockOffset: -270_000,
        requestId: newId(),
        acknowledgementDue: true,
      });
      await append(event);
      const [stored] = await list({ subject });
      expect(stored).toEqual({ ...event, sequence: stored?.sequence });
      expect(stores.printed.at(-1)).toEqual(stored);
    });

    test('of a unit that is refused is neither kept nor printed', async () => {
      const subject = newId();
      await expect(
        unitOfWork(async ({ audit }) => {
          await audit.append(anEvent({ subject }));
          throw new Error('refused');
        }),
      ).rejects.toThrow('refused');
      expect(await list({ subject })).toEqual([]);
      expect(stores.printed.filter((event) => event.subject === subject)).toEqual([]);
    });
  });

  test('the span of events is from the first to the last', async () => {
    const actor = newId();
    await append(anEvent({ actor }), anEvent({ actor }));
    const [last, first] = await list({ actor });
    const { least, most } = await reads(({ audit }) => audit.span());
    expect(most).toBe(last?.sequence);
    expect(least).toBeLessThanOrEqual(first?.sequence ?? 0);
    expect(least).toBeGreaterThan(0);
  });

  describe('a list of events', () => {
    test('goes newest first, page by page', async () => {
      const actor = newId();
      await append(...[1, 2, 3].map((n) => anEvent({ actor, at: NOW + n })));
      const first = await list({ actor }, undefined, 2);
      const second = await list({ actor }, first.at(-1)?.sequence, 2);
      expect([...first, ...second].map(({ at }) => at - NOW)).toEqual([3, 2, 1]);
    });

    test('is narrowed by time, code and outcome', async () => {
      const actor = newId();
      await append(
        anEvent({ actor, at: NOW, code: '40200', outcome: 'success' }),
        anEvent({ actor, at: NOW + 1, code: '40205', outcome: 'failure' }),
        anEvent({ actor, at: NOW + 2, code: 'CALL_REFUSED', outcome: 'refused' }),
      );
      const codes = async (filter: AuditFilter) => (await list({ actor, ...filter })).map(({ code }) => code);
      expect(await codes({ from: NOW + 1 })).toEqual(['CALL_REFUSED', '40205']);
      expect(await codes({ to: NOW + 1 })).toEqual(['40200']);
      expect(await codes({ codes: ['40200', '40205'] })).toEqual(['40205', '40200']);
      expect(await codes({ codes: [] })).toHaveLength(3);
      expect(await codes({ outcome: 'refused' })).toEqual(['CALL_REFUSED']);
      expect((await list({ codes: ['40200'] })).length).toBeGreaterThan(0);
    });
  });

  test('an event that waits to be acknowledged is told until it is, once', async () => {
    const subject = newId();
    await append(anEvent({ subject, acknowledgementDue: true }), anEvent({ subject }));
    const [plain, due] = (await list({ subject })).map(({ sequence }) => sequence);
    const waiting = async () => (await reads(({ audit }) => audit.due(1))).filter((event) => event.subject === subject);
    expect(await waiting()).toMatchObject([{ sequence: due, acknowledgementDue: true }]);
    const acknowledge = (sequence = 0) => unitOfWork(({ audit }) => audit.acknowledge(sequence, newId(), NOW));
    expect([await acknowledge(plain), await acknowledge(due), await acknowledge(due)]).toEqual([false, true, false]);
    expect(await waiting()).toEqual([]);
    expect(await reads(({ audit }) => audit.bySequence(due ?? 0))).toMatchObject({ acknowledgementDue: false });
    expect(await reads(({ audit }) => audit.bySequence(Number.MAX_SAFE_INTEGER))).toBeUndefined();
  });

  test('old events go in batches, whatever the order in which clocks made them', async () => {
    const old = NOW - 1000 * DAY;
    const actor = newId();
    await append(...[5, 1, 4, 2, 3].map((n) => anEvent({ actor, at: old + n })));
    const sweep = () => unitOfWork(({ audit }) => audit.removeBefore(old + 5, 3));
    expect([await sweep(), await sweep(), await sweep()]).toEqual([3, 1, 0]);
    expect((await list({ actor })).map(({ at }) => at - old)).toEqual([5]);
  });
});
