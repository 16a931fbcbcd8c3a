/**
 * Entities say what is stored: one schema a table, the same on every engine. Stores say how it is asked. There are no
 * foreign keys: a deletion removes what hangs on the row in the same unit, in the same order everywhere, and the hot
 * inserts pay for no look-up.
 */
import type { EntitySchema } from 'typeorm';
import type { Dialect } from '../database.js';
import { auditEventEntity } from './audit-event.js';
import { componentEntity, componentKeyEntity } from './component.js';
import { enrollmentCodeEntity, factorEntity, pendingFactorEntity, recoveryCodeEntity } from './factor.js';
import { dataKeyEntity, installationEntity, invariantEntity, mfaPolicyEntity } from './installation.js';
import { keyTurnEntity, replicaEntity } from './key.js';
import { revocationEntity } from './revocation.js';
import { groupEntity, roleEntity, userRoleEntity } from './role.js';
import { sessionEntity, signInEntity } from './session.js';
import { passwordEntity, serviceSecretEntity, userEntity } from './user.js';
import { waitBudgetEntity, waitEntity } from './wait.js';

const ALL = [
  installationEntity,
  dataKeyEntity,
  keyTurnEntity,
  replicaEntity,
  invariantEntity,
  mfaPolicyEntity,
  userEntity,
  passwordEntity,
  serviceSecretEntity,
  roleEntity,
  userRoleEntity,
  groupEntity,
  componentEntity,
  componentKeyEntity,
  factorEntity,
  pendingFactorEntity,
  recoveryCodeEntity,
  enrollmentCodeEntity,
  signInEntity,
  sessionEntity,
  revocationEntity,
  waitEntity,
  waitBudgetEntity,
  auditEventEntity,
];

export const entities = (dialect: Dialect): EntitySchema[] => ALL.map((entity) => entity(dialect) as EntitySchema);
