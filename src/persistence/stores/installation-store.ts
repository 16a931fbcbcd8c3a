import type { InstallationStore } from '../../domain/installation-store.js';
import type { InvariantStore } from '../../domain/invariant-store.js';
import type { Database } from '../database.js';
import { unlessDuplicate } from '../database-error.js';
import type { DataKeyRow, InstallationRow } from '../entities/installation.js';
import { raised } from './administration-version.js';
import { changed } from './sql.js';

export const installationStore = (db: Database): InstallationStore => ({
  get: async () => {
    const row = await db.get<InstallationRow>('SELECT * FROM installation WHERE id = 1');
    return (
      row && {
        keyId: row.key_id,
        firstAdministratorId: row.first_administrator_id ?? undefined,
        administratorArrived: row.administrator_arrived === 1,
        administratorEnrolled: row.administrator_enrolled === 1,
        keyBackupAt: row.key_backup_at ?? undefined,
      }
    );
  },
  administratorArrived: async () =>
    (await db.get('SELECT 1 FROM installation WHERE id = 1 AND administrator_arrived = 1')) !== undefined,
  found: async (keyId, at) => {
    const sql = `INSERT INTO installation (id, key_id, created_at, administrator_arrived, administrator_enrolled)
      VALUES (1, ?, ?, 0, 0)`;
    const founded = await unlessDuplicate(() => db.run(sql, [keyId, at]));
    // The built-ins came with the schema; the installation's first moment opens the enrolment window.
    const opened = 'UPDATE mfa_policy SET switched_on_at = ?, updated_at = ? WHERE id = 1';
    if (founded) await raised(db, () => db.run(opened, [at, at]));
    return founded;
  },
  nameFirstAdministrator: async (userId) =>
    changed(
      await db.run(
        'UPDATE installation SET first_administrator_id = ? WHERE id = 1 AND first_administrator_id IS NULL',
        [userId],
      ),
    ),
  noteAdministratorArrived: async () => {
    await db.run('UPDATE installation SET administrator_arrived = 1 WHERE id = 1');
  },
  noteAdministratorEnrolled: async () => {
    await db.run('UPDATE installation SET administrator_enrolled = 1 WHERE id = 1 AND administrator_enrolled = 0');
  },
  noteKeyBackup: async (at) => {
    await db.run('UPDATE installation SET key_backup_at = ? WHERE id = 1', [at]);
  },
  dataKeys: async () => {
    const rows = await db.all<DataKeyRow>('SELECT * FROM data_keys ORDER BY created_at, id');
    return rows.map(({ id, wrapping_key_id, wrapped, created_at }) => ({
      id,
      wrappingKeyId: wrapping_key_id,
      wrapped,
      createdAt: created_at,
    }));
  },
  addDataKey: async ({ id, wrappingKeyId, wrapped, createdAt }) => {
    await db.run('INSERT INTO data_keys (id, wrapping_key_id, wrapped, created_at) VALUES (?, ?, ?, ?)', [
      id,
      wrappingKeyId,
      wrapped,
      createdAt,
    ]);
  },
});

export const invariantStore = (db: Database): InvariantStore => ({
  touch: async (name) => {
    if (!changed(await db.run('UPDATE invariants SET version = version + 1 WHERE name = ?', [name]))) {
      throw new Error(`the shared row ${name} is missing`);
    }
  },
});
