import { PeopleAccess } from '../../generated/sallyport/admin/v1/component.js';
import { Method } from '../../generated/sallyport/auth/v1/factor.js';
import { UserKind } from '../../generated/sallyport/auth/v1/session.js';
import type { Here } from '../support/start-here.js';
import { makeSecret, type Subject, things } from './escalation-world.js';

/** Whom or what a request is about: a stranger, or the caller. */
export interface Aim {
  readonly at: Subject;
  /** A person who answers for service accounts. */
  readonly owner: string;
  /** The id of a service account; of the caller where they aim at themselves. */
  readonly machine: string;
}

/** For every administrative method a request that is right in every way, about somebody; what it needs is made before. */
export const requests = (here: Here): Readonly<Record<string, (aim: Aim) => object>> => {
  const make = things(here);
  const unique = (): string => `new-${here.newId()}`;
  const onUser = ({ at }: Aim) => ({ userId: at.userId });
  const nothing = () => ({});
  return {
    CreateUser: () => ({ username: unique() }),
    GetUser: ({ at }) => ({ user: { $case: 'userId', value: at.userId } }),
    ListUsers: nothing,
    UpdateUser: ({ at }) => ({ userId: at.userId, user: { displayName: unique() }, updateMask: ['display_name'] }),
    DeleteUser: onUser,
    DisableUser: onUser,
    EnableUser: onUser,
    UnlockUser: onUser,
    ResetPassword: onUser,
    ResetMfa: onUser,
    CreateEnrollmentCode: onUser,
    ListRoles: nothing,
    GetRole: () => ({ role: { $case: 'roleId', value: make.role() } }),
    CreateRole: () => ({ name: unique(), permissions: ['console.read'] }),
    UpdateRole: () => ({ roleId: make.role(), role: { description: unique() }, updateMask: ['description'] }),
    DeleteRole: () => ({ roleId: make.role() }),
    AssignRole: ({ at }) => ({ userId: at.userId, roleId: make.role() }),
    UnassignRole: ({ at }) => {
      const roleId = make.role();
      here.insert('user_roles', { user_id: at.userId, role_id: roleId, assigned_at: Date.now() });
      return { userId: at.userId, roleId };
    },
    CreateGroup: () => ({ name: unique() }),
    GetGroup: () => ({ group: { $case: 'groupId', value: make.group() } }),
    ListGroups: nothing,
    DeleteGroup: () => ({ groupId: make.group() }),
    GetMfaPolicy: nothing,
    UpdateMfaPolicy: () => ({ policy: { issuer: unique() }, updateMask: ['issuer'] }),
    ListComponents: nothing,
    GetComponent: () => ({ component: { $case: 'componentId', value: 'console' } }),
    CreateComponent: () => ({ name: unique(), people: PeopleAccess.PEOPLE_ACCESS_ALWAYS, administration: true }),
    UpdateComponent: () => ({
      componentId: make.component(),
      component: { administration: true },
      updateMask: ['administration'],
    }),
    DeleteComponent: () => ({ componentId: make.component() }),
    CreateComponentKey: () => ({ componentId: make.component() }),
    ListComponentKeys: () => ({ componentId: 'console' }),
    RevokeComponentKey: () => ({ keyId: make.componentKey(make.component()) }),
    ListSessions: nothing,
    RevokeSession: ({ at }) => ({ sessionId: at.sessionId }),
    RevokeUserSessions: onUser,
    ListAuditEvents: nothing,
    AcknowledgeAuditEvent: ({ at }) => ({ sequence: make.event(at.userId) }),
    SetServiceAccount: ({ at, owner }) => ({
      userId: at.userId,
      kind: UserKind.USER_KIND_SERVICE_ACCOUNT,
      reason: 'nightly reports',
      ownerUserId: owner,
    }),
    CreateServiceSecret: ({ machine }) => ({ userId: machine, componentIds: ['shell'], networks: ['192.0.2.0/24'] }),
    ListServiceSecrets: ({ machine }) => ({ userId: machine }),
    RevokeServiceSecret: ({ machine }) => ({ secretId: makeSecret(here, machine) }),
    ListUserFactors: onUser,
    SuspendUserFactor: ({ at }) => ({ userId: at.userId, factorId: at.factorId }),
    ResumeUserFactor: ({ at }) => ({ userId: at.userId, factorId: make.secondDevice(at.userId, true) }),
    RemoveUserFactor: ({ at }) => ({ userId: at.userId, factorId: make.secondDevice(at.userId) }),
    ImportFactor: ({ at }) => ({
      userId: at.userId,
      kind: Method.METHOD_HOTP,
      secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
      label: 'token',
    }),
  };
};
