import type { Page } from '../page.js';
import type { Group } from './group.js';

export interface GroupReads {
  readonly byId: (id: string) => Promise<Group | undefined>;
  readonly byName: (name: string) => Promise<Group | undefined>;
  readonly list: (page: Page<string>) => Promise<readonly Group[]>;
}

export interface GroupStore extends GroupReads {
  readonly insert: (group: Group) => Promise<boolean>;
  readonly delete: (id: string) => Promise<boolean>;
}
