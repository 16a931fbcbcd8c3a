import type { OwnPermission } from '../domain/role/permissions.js';

/** Who may call a method. Deny by default: a method without an entry does not start. */
export type Access =
  /** Anyone, without a component. */
  | { readonly needs: 'nothing' }
  /** A proved component. */
  | { readonly needs: 'component' }
  /** A component, and either a sign-in token in the request or the caller's own session. */
  | { readonly needs: 'sign-in-or-session' }
  /** The caller's own session; a person's, unless the method takes none of a person's proofs. */
  | { readonly needs: 'session'; readonly serviceAccounts?: true }
  /** The caller's own session with a permission, opened through a component with the right of administration. */
  | {
      readonly needs: 'permission';
      readonly permission: OwnPermission;
      readonly anyComponent?: true;
      readonly serviceAccounts?: true;
    };

const open: Access = { needs: 'nothing' };
const component: Access = { needs: 'component' };
const session: Access = { needs: 'session' };
const anybody: Access = { needs: 'session', serviceAccounts: true };
const either: Access = { needs: 'sign-in-or-session' };
const may = (permission: OwnPermission): Access => ({ needs: 'permission', permission });

const AUTH: Readonly<Record<string, Access>> = {
  StartSignIn: component,
  VerifyOtp: component,
  UseRecoveryCode: component,
  BeginEnrollment: either,
  ConfirmEnrollment: either,
  ChangePassword: either,
  Reauthenticate: session,
  ValidateSession: component,
  EndSession: anybody,
  ListSessions: anybody,
  GetServerTime: open,
  SignInServiceAccount: component,
  RegenerateRecoveryCodes: session,
  ResyncFactor: either,
  ListFactors: session,
  RenameFactor: session,
  SuspendFactor: session,
  RemoveFactor: session,
  ListOwnEvents: anybody,
};

const ADMIN: Readonly<Record<string, Access>> = {
  CreateUser: may('users.write'),
  GetUser: may('users.read'),
  ListUsers: may('users.read'),
  UpdateUser: may('users.write'),
  DeleteUser: may('users.write'),
  DisableUser: may('users.write'),
  EnableUser: may('users.write'),
  UnlockUser: may('users.unlock'),
  ResetPassword: may('users.write'),
  ResetMfa: may('mfa.manage'),
  CreateEnrollmentCode: may('mfa.manage'),
  ListRoles: may('roles.read'),
  GetRole: may('roles.read'),
  CreateRole: may('roles.write'),
  UpdateRole: may('roles.write'),
  DeleteRole: may('roles.write'),
  AssignRole: may('roles.write'),
  UnassignRole: may('roles.write'),
  CreateGroup: may('groups.write'),
  GetGroup: may('groups.read'),
  ListGroups: may('groups.read'),
  DeleteGroup: may('groups.write'),
  GetMfaPolicy: may('policy.read'),
  UpdateMfaPolicy: may('mfa.manage'),
  ListComponents: may('components.read'),
  GetComponent: may('components.read'),
  CreateComponent: may('components.write'),
  UpdateComponent: may('components.write'),
  DeleteComponent: may('components.write'),
  CreateComponentKey: may('components.write'),
  ListComponentKeys: may('components.read'),
  RevokeComponentKey: may('components.write'),
  ListSessions: may('sessions.read'),
  RevokeSession: may('sessions.revoke'),
  RevokeUserSessions: may('sessions.revoke'),
  ListAuditEvents: { needs: 'permission', permission: 'audit.read', anyComponent: true, serviceAccounts: true },
  AcknowledgeAuditEvent: may('mfa.manage'),
  SetServiceAccount: may('mfa.manage'),
  CreateServiceSecret: may('service-accounts.write'),
  ListServiceSecrets: may('users.read'),
  RevokeServiceSecret: may('service-accounts.write'),
  ListUserFactors: may('users.read'),
  SuspendUserFactor: may('mfa.manage'),
  ResumeUserFactor: may('mfa.manage'),
  RemoveUserFactor: may('mfa.manage'),
  ImportFactor: may('mfa.manage'),
};

const named = (service: string, methods: Readonly<Record<string, Access>>): [string, Access][] =>
  Object.entries(methods).map(([method, access]) => [`/${service}/${method}`, access]);

/** Every method of ours by its full path, `/sallyport.auth.v1.AuthService/VerifyOtp`. */
export const ACCESS: ReadonlyMap<string, Access> = new Map([
  ...named('sallyport.auth.v1.AuthService', AUTH),
  ...named('sallyport.admin.v1.AdminService', ADMIN),
]);

/** Throws unless every method has an entry, and every entry a method. */
export function assertComplete(methods: readonly string[]): void {
  const missing = methods.filter((path) => !ACCESS.has(path));
  const stale = [...ACCESS.keys()].filter((path) => !methods.includes(path));
  if (missing.length + stale.length > 0)
    throw new Error(`access table: no entry for ${missing.join(', ')}; no method for ${stale.join(', ')}`);
}
