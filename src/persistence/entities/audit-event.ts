import { EntitySchema } from 'typeorm';
import type { AuditOutcome } from '../../domain/audit/audit-event.js';
import type { Dialect } from '../database.js';
import { columns, nullable, primary } from './columns.js';

export interface AuditEventRow {
  sequence: number;
  at: number;
  code: string;
  outcome: AuditOutcome;
  reason: string | null;
  actor: string;
  subject: string | null;
  object_id: string | null;
  component_id: string | null;
  address: string | null;
  peer: string | null;
  rpc: string | null;
  factor_kind: string | null;
  /** Field names, separated by single spaces. */
  changed_fields: string | null;
  unlooked: number;
  clock_offset: number | null;
  request_id: string | null;
  acknowledgement_due: number;
  acknowledged_at: number | null;
  acknowledged_by: string | null;
}

export const auditEventEntity = (dialect: Dialect): EntitySchema<AuditEventRow> => {
  const c = columns(dialect);
  return new EntitySchema<AuditEventRow>({
    name: 'audit_events',
    columns: {
      sequence: primary(c.sequence),
      at: c.instant,
      code: c.text(40),
      outcome: c.text(10),
      reason: nullable(c.text(40)),
      actor: c.id,
      subject: nullable(c.id),
      object_id: nullable(c.id),
      component_id: nullable(c.id),
      address: nullable(c.text(64)),
      peer: nullable(c.text(64)),
      rpc: nullable(c.text(100)),
      factor_kind: nullable(c.text(20)),
      changed_fields: nullable(c.text(500)),
      unlooked: c.number,
      clock_offset: nullable(c.number),
      request_id: nullable(c.id),
      acknowledgement_due: c.flag,
      acknowledged_at: nullable(c.instant),
      acknowledged_by: nullable(c.id),
    },
    indices: [
      { name: 'audit_events_at', columns: ['at'] },
      { name: 'audit_events_subject', columns: ['subject', 'sequence'] },
      { name: 'audit_events_actor', columns: ['actor', 'sequence'] },
      { name: 'audit_events_due', columns: ['acknowledgement_due', 'acknowledged_at'] },
    ],
  });
};
