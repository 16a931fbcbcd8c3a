import type { Component, ComponentKey } from '../../domain/component/component.js';
import type { ComponentReads, ComponentStore } from '../../domain/component/component-store.js';
import type { Database } from '../database.js';
import { unlessDuplicate } from '../database-error.js';
import type { ComponentKeyRow, ComponentRow } from '../entities/component.js';
import { nameKey } from '../name-key.js';
import { FACTS } from '../session-cache/from-memory.js';
import type { SessionCache } from '../session-cache/session-cache.js';
import { raised } from './administration-version.js';
import { deleteById, given, named, updateNamed } from './named.js';
import { falseIfTaken } from './role-store.js';
import { changed } from './sql.js';

export const toComponent = (row: Omit<ComponentRow, 'name_key'>): Component => ({
  id: row.id,
  name: row.name,
  description: row.description,
  builtIn: row.built_in === 1,
  people: row.people,
  serviceAccounts: row.service_accounts === 1,
  administration: row.administration === 1,
  createdAt: row.created_at,
});

const toKey = (row: ComponentKeyRow): ComponentKey => ({
  id: row.id,
  componentId: row.component_id,
  secret: row.digest === null ? undefined : { keyId: row.key_id ?? '', digest: row.digest },
  certificate: row.certificate ?? undefined,
  createdAt: row.created_at,
});

type KeyWithComponent = ComponentRow & Omit<ComponentKeyRow, 'id' | 'created_at'>;

const BY_KEY = `SELECT c.*, k.id AS asked, k.component_id, k.digest, k.key_id, k.certificate FROM component_keys k
  JOIN components c ON c.id = k.component_id WHERE`;

export const componentReads = (db: Database, kept?: SessionCache): ComponentReads =>
  keepingComponents(kept, {
    ...named<ComponentRow, Component>(db, 'components', toComponent),
    // Asked in every sign-in: prepared.
    byId: async (id) => {
      const row = await db.get<ComponentRow>('SELECT * FROM components WHERE id = ?', [id]);
      return row && toComponent(row);
    },
    keysOf: async (componentId) =>
      (
        await db.all<ComponentKeyRow>('SELECT * FROM component_keys WHERE component_id = ? ORDER BY id', [componentId])
      ).map(toKey),
    byKeyId: async (keyId) => {
      const [row] = await db.byKey<KeyWithComponent & { asked: string }>(`${BY_KEY} k.id IN (?)`, keyId);
      return row && { key: toKey({ ...row, id: keyId }), component: toComponent(row) };
    },
    byCertificate: async (sha256) => {
      const row = await db.get<KeyWithComponent>(`${BY_KEY} k.certificate = ?`, [sha256]);
      return row && toComponent(row);
    },
  });

function keepingComponents(kept: SessionCache | undefined, reads: ComponentReads): ComponentReads {
  if (!kept) return reads;
  return {
    ...reads,
    byId: (id) => kept.fact(FACTS.component(id), () => reads.byId(id)),
    byKeyId: (keyId) => kept.fact(FACTS.componentKey(keyId), () => reads.byKeyId(keyId)),
    byCertificate: (sha256) => kept.fact(FACTS.certificate(sha256), () => reads.byCertificate(sha256)),
  };
}

export const componentStore = (db: Database): ComponentStore => ({
  insert: ({ id, name, description, builtIn, people, serviceAccounts, administration, createdAt }) => {
    const flags = {
      built_in: builtIn ? 1 : 0,
      service_accounts: serviceAccounts ? 1 : 0,
      administration: administration ? 1 : 0,
    };
    const row = { id, name, name_key: nameKey(name), description, people, ...flags, created_at: createdAt };
    return raised(db, () =>
      unlessDuplicate(() => db.manager.createQueryBuilder().insert().into('components').values(row).execute()),
    );
  },
  update: async (id, { name, description, people, serviceAccounts, administration }) => {
    const flags = { service_accounts: flag(serviceAccounts), administration: flag(administration) };
    const change = given({
      name,
      name_key: name === undefined ? undefined : nameKey(name),
      description,
      people,
      ...flags,
    });
    return raised(db, () => falseIfTaken(() => updateNamed(db, 'components', id, change)));
  },
  delete: (id) =>
    raised(db, async () => {
      await db.run('DELETE FROM component_keys WHERE component_id = ?', [id]);
      return deleteById(db, 'components', id);
    }),
  insertKey: ({ id, componentId, secret, certificate, createdAt }) =>
    raised(db, () =>
      unlessDuplicate(() =>
        db.run(
          'INSERT INTO component_keys (id, component_id, digest, key_id, certificate, created_at) VALUES (?, ?, ?, ?, ?, ?)',
          [id, componentId, secret?.digest ?? null, secret?.keyId ?? null, certificate ?? null, createdAt],
        ),
      ),
    ),
  deleteKey: (keyId) =>
    raised(db, async () => {
      const row = await db.get<ComponentKeyRow>('SELECT * FROM component_keys WHERE id = ?', [keyId]);
      if (!row || !changed(await db.run('DELETE FROM component_keys WHERE id = ?', [keyId]))) return undefined;
      return toKey(row);
    }),
  ...componentReads(db),
});

const flag = (value: boolean | undefined): number | undefined => (value === undefined ? undefined : value ? 1 : 0);
