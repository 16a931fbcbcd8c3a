import type { Page } from '../page.js';
import type { Component, ComponentKey } from './component.js';

export interface ComponentReads {
  readonly byId: (id: string) => Promise<Component | undefined>;
  readonly byName: (name: string) => Promise<Component | undefined>;
  readonly list: (page: Page<string>) => Promise<readonly Component[]>;
  readonly keysOf: (componentId: string) => Promise<readonly ComponentKey[]>;
  /** A key with its component, in one statement. */
  readonly byKeyId: (keyId: string) => Promise<{ key: ComponentKey; component: Component } | undefined>;
  readonly byCertificate: (sha256: Uint8Array) => Promise<Component | undefined>;
}

export interface ComponentStore extends ComponentReads {
  readonly insert: (component: Component) => Promise<boolean>;
  readonly update: (
    id: string,
    change: Partial<Pick<Component, 'name' | 'description' | 'people' | 'serviceAccounts' | 'administration'>>,
  ) => Promise<boolean | undefined>;
  /** With its keys. */
  readonly delete: (id: string) => Promise<boolean>;
  /** False when the certificate is registered already. */
  readonly insertKey: (key: ComponentKey) => Promise<boolean>;
  readonly deleteKey: (keyId: string) => Promise<ComponentKey | undefined>;
}
