import { id, instant, key, number, optional, sequence, text } from '../column-types.js';
import type { TableSketch } from '../create-tables.js';

/** What happened. */
export const auditTables: Readonly<Record<string, TableSketch>> = {
  audit_events: {
    columns: {
      sequence: key(sequence),
      at: instant,
      code: text(40),
      outcome: text(10),
      reason: optional(text(40)),
      actor: id,
      subject: optional(id),
      object_id: optional(id),
      component_id: optional(id),
      address: optional(text(64)),
      peer: optional(text(64)),
      rpc: optional(text(100)),
      factor_kind: optional(text(20)),
      changed_fields: optional(text(500)),
      unlooked: number,
      clock_offset: optional(number),
      request_id: optional(id),
      acknowledgement_due: number,
      acknowledged_at: optional(instant),
      acknowledged_by: optional(id),
    },
    indices: [
      { name: 'audit_events_at', columns: ['at'] },
      { name: 'audit_events_subject', columns: ['subject', 'sequence'] },
      { name: 'audit_events_actor', columns: ['actor', 'sequence'] },
      { name: 'audit_events_due', columns: ['acknowledgement_due', 'acknowledged_at'] },
    ],
  },
};
