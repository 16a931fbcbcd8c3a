import type { Page } from '../page.js';
import type { Role } from './role.js';

export interface RoleReads {
  readonly byId: (id: string) => Promise<Role | undefined>;
  readonly byName: (name: string) => Promise<Role | undefined>;
  readonly list: (page: Page<string>) => Promise<readonly Role[]>;
  readonly ofUser: (userId: string) => Promise<readonly Role[]>;
  /** Every permission any role names. */
  readonly allPermissions: () => Promise<readonly string[]>;
}

export interface RoleStore extends RoleReads {
  readonly insert: (role: Role) => Promise<boolean>;
  /** Undefined: gone. False: the name is taken. */
  readonly update: (
    id: string,
    change: Partial<Pick<Role, 'name' | 'description' | 'permissions'>>,
  ) => Promise<boolean | undefined>;
  readonly delete: (id: string) => Promise<boolean>;
}
