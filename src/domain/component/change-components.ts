import { type AdministrationNeeds, administer, isSomeDoorOpen, mustLeaveDoor } from '../administration/index.js';
import { AUDIT } from '../audit/audit-codes.js';
import type { Caller } from '../call.js';
import type { Randomness, TokenHashes } from '../ports.js';
import { Refusal } from '../refusal.js';
import type { Stores } from '../stores.js';
import { mintToken } from '../token.js';
import { LOCAL } from './built-in-components.js';
import type { Component, ComponentKey } from './component.js';

interface Needs extends AdministrationNeeds {
  readonly randomness: Randomness;
  readonly tokenHashes: TokenHashes;
}

export type NewComponent = Pick<Component, 'name' | 'description' | 'people' | 'serviceAccounts' | 'administration'>;

/** Two, so that a key can be replaced without a gap. */
export const MOST_KEYS = 2;

/** Creates a component with a policy. */
export function createComponent(needs: Needs) {
  const change = administer(needs);
  return (caller: Caller, asked: NewComponent): Promise<Component> =>
    change(caller, 'components.write', async ({ stores, now, note }) => {
      const component = { ...asked, id: needs.randomness.newId(), builtIn: false, createdAt: now };
      if (!(await stores.components.insert(component))) throw taken();
      await note(AUDIT.COMPONENT_CREATED, { subject: component.id });
      return component;
    });
}

/** Changes a component; a policy acts at once on its sessions. */
export function updateComponent(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, id: string, asked: Partial<NewComponent>): Promise<Component> =>
    change(caller, 'components.write', async ({ stores, note }) => {
      const component = await existing(stores, id);
      if (component.builtIn && asked.name !== undefined) throw builtIn('Built-in components keep their names.');
      const wasOpen = await isSomeDoorOpen(stores);
      if ((await stores.components.update(id, asked)) === false) throw taken();
      await mustLeaveDoor(stores, wasOpen);
      await note(AUDIT.COMPONENT_UPDATED, { subject: id, changedFields: Object.keys(asked) });
      return { ...component, ...asked };
    });
}

/** Deletes a component, its keys and its sessions. */
export function deleteComponent(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, id: string): Promise<void> =>
    change(caller, 'components.write', async ({ stores, note }) => {
      if ((await existing(stores, id)).builtIn) throw builtIn('Built-in components stay. Change the policy instead.');
      const wasOpen = await isSomeDoorOpen(stores);
      await stores.sessions.removeOfComponent(id);
      await stores.components.delete(id);
      await mustLeaveDoor(stores, wasOpen);
      await note(AUDIT.COMPONENT_DELETED, { subject: id });
    });
}

export interface NewKey {
  readonly key: ComponentKey;
  /** Told this once; undefined for a certificate. */
  readonly secret: string | undefined;
}

/** Makes a key, or registers a client certificate by its SHA-256; two at most. */
export function createComponentKey(needs: Needs) {
  const change = administer(needs);
  return (caller: Caller, componentId: string, certificate: Uint8Array | undefined): Promise<NewKey> =>
    change(caller, 'components.write', async ({ stores, now, note }) => {
      if ((await existing(stores, componentId)).id === LOCAL)
        throw builtIn('`local` is served without a key and has none.');
      if ((await stores.components.keysOf(componentId)).length >= MOST_KEYS) {
        throw new Refusal('LIMIT_REACHED', {
          message: 'This component has two keys already. Revoke one first.',
          metadata: { limit: 'component_keys' },
        });
      }
      const made = newKey(needs, componentId, certificate, now);
      if (!(await stores.components.insertKey(made.key)))
        throw new Refusal('NAME_TAKEN', { message: 'This certificate is registered already.' });
      await note(AUDIT.COMPONENT_KEY_CREATED, { subject: componentId, objectId: made.key.id });
      return made;
    });
}

/** Revokes a key at once. */
export function revokeComponentKey(needs: AdministrationNeeds) {
  const change = administer(needs);
  return (caller: Caller, keyId: string): Promise<void> =>
    change(caller, 'components.write', async ({ stores, note }) => {
      const wasOpen = await isSomeDoorOpen(stores);
      const key = await stores.components.deleteKey(keyId);
      if (!key) throw new Refusal('NOT_FOUND', { message: 'There is no key with this id.' });
      await mustLeaveDoor(stores, wasOpen);
      await note(AUDIT.COMPONENT_KEY_REVOKED, { subject: key.componentId, objectId: key.id });
    });
}

function newKey(needs: Needs, componentId: string, certificate: Uint8Array | undefined, createdAt: number): NewKey {
  const id = needs.randomness.newId();
  if (certificate) return { key: { id, componentId, secret: undefined, certificate, createdAt }, secret: undefined };
  const { hash, text } = mintToken(needs, 'component-key', { rowId: id, ownerId: componentId });
  return { key: { id, componentId, secret: hash, certificate: undefined, createdAt }, secret: text };
}

async function existing(stores: Stores, id: string): Promise<Component> {
  const component = await stores.components.byId(id);
  if (!component) throw new Refusal('NOT_FOUND', { message: 'There is no component with this id.' });
  return component;
}

const builtIn = (message: string): Refusal => new Refusal('BUILT_IN', { message });
const taken = (): Refusal => new Refusal('NAME_TAKEN', { message: 'There is a component with this name.' });
