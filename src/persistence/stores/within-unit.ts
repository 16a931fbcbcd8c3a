import type { Component } from '../../domain/component/component.js';
import type { ComponentStore } from '../../domain/component/component-store.js';
import type { MfaPolicy } from '../../domain/policy/mfa-policy.js';
import type { PolicyStore } from '../../domain/policy/policy-store.js';

/** The policy, read once a unit. For SQLite, where a unit holds the write lock: until it changes it itself, it stands. */
export function policyWithinUnit(store: PolicyStore): PolicyStore {
  let known: MfaPolicy | undefined;
  return {
    get: async () => {
      known ??= await store.get();
      return known;
    },
    update: async (change) => {
      known = undefined;
      await store.update(change);
    },
  };
}

/** Components by their id, likewise. */
export function componentsWithinUnit(store: ComponentStore): ComponentStore {
  const known = new Map<string, Component>();
  return {
    ...store,
    byId: async (id) => {
      const component = known.get(id) ?? (await store.byId(id));
      if (component) known.set(id, component);
      return component;
    },
    update: (id, change) => {
      known.delete(id);
      return store.update(id, change);
    },
    delete: (id) => {
      known.delete(id);
      return store.delete(id);
    },
  };
}
