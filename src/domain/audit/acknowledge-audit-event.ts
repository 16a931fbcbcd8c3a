import { type AdministrationNeeds, administer } from '../administration/index.js';
import type { Caller } from '../call.js';
import { Refusal } from '../refusal.js';
import { AUDIT } from './audit-codes.js';
import type { StoredAuditEvent } from './audit-event.js';

/** An administrator says that an event which asks for it was seen; once, and never its subject. */
export function acknowledgeAuditEvent(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, sequence: number): Promise<StoredAuditEvent> =>
    change(caller, 'mfa.manage', async ({ stores, actor, now, note }) => {
      const event = await stores.audit.bySequence(sequence);
      if (!event?.acknowledgementDue) throw nothingDue();
      if (event.subject === actor.id)
        throw new Refusal('NOT_ON_YOURSELF', {
          message: 'Another administrator has to acknowledge what was done to you.',
        });
      if (!(await stores.audit.acknowledge(sequence, actor.id, now))) throw nothingDue();
      await note(AUDIT.EVENT_ACKNOWLEDGED, { subject: String(sequence) });
      return { ...event, acknowledgementDue: false };
    });
}

const nothingDue = (): Refusal =>
  new Refusal('NOT_FOUND', { message: 'There is no event with this number that waits to be acknowledged.' });
