import {
  ComponentKeyKind,
  type Component as ComponentMessage,
  type ComponentKey as KeyMessage,
  PeopleAccess,
} from '../../../generated/sallyport/admin/v1/component.js';
import type { Group as GroupMessage } from '../../../generated/sallyport/admin/v1/group.js';
import type { Role as RoleMessage } from '../../../generated/sallyport/admin/v1/role.js';
import type { PeopleAccess as Access, Component, ComponentKey } from '../../domain/component/component.js';
import type { Group } from '../../domain/group/group.js';
import type { Role } from '../../domain/role/role.js';
import { byNumber } from './by-number.js';

export const toRole = ({ id, name, description, builtIn, permissions, createdAt }: Role): RoleMessage => ({
  roleId: id,
  name,
  description,
  builtIn,
  permissions: [...permissions],
  createTime: new Date(createdAt),
});

export const toGroup = ({ id, name, description, createdAt }: Group): GroupMessage => ({
  groupId: id,
  name,
  description,
  createTime: new Date(createdAt),
});

const ACCESS: Readonly<Record<Access, PeopleAccess>> = {
  always: PeopleAccess.PEOPLE_ACCESS_ALWAYS,
  'without-mfa': PeopleAccess.PEOPLE_ACCESS_WITHOUT_MFA,
  never: PeopleAccess.PEOPLE_ACCESS_NEVER,
};

export const ACCESS_BY_NUMBER: ReadonlyMap<number, Access> = byNumber(ACCESS);

export const toComponent = (component: Component): ComponentMessage => ({
  componentId: component.id,
  name: component.name,
  description: component.description,
  builtIn: component.builtIn,
  people: ACCESS[component.people],
  serviceAccounts: component.serviceAccounts,
  administration: component.administration,
  createTime: new Date(component.createdAt),
});

export const toComponentKey = ({ id, componentId, certificate, createdAt }: ComponentKey): KeyMessage => ({
  keyId: id,
  componentId,
  kind: certificate ? ComponentKeyKind.COMPONENT_KEY_KIND_CERTIFICATE : ComponentKeyKind.COMPONENT_KEY_KIND_SECRET,
  certificateSha256: certificate ? Buffer.from(certificate).toString('hex') : '',
  createTime: new Date(createdAt),
});
