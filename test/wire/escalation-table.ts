/** Who may do what, by the words of the contract alone; nothing here is read from what is under test. */

const READS = 'users.read roles.read groups.read components.read policy.read sessions.read audit.read'.split(' ');

/** What a custom role can hold of ours at most. */
export const UNGUARDED: readonly string[] = [...READS, 'users.unlock', 'sessions.revoke'];
export const GUARDED: readonly string[] =
  'mfa.manage users.write roles.write groups.write components.write service-accounts.write'.split(' ');

/** The permissions of ours that each role gives. */
export const ROLES: Readonly<Record<string, readonly string[]>> = {
  'backup-administrator': [...GUARDED, ...UNGUARDED],
  'security-administrator': READS,
  'restore-operator': [],
  'backup-operator': [],
  'tape-operator': [],
  'backup-viewer': [],
  'incident-api-operator': [],
  'all-unguarded': UNGUARDED,
};

const TABLE = `
  users.read              GetUser ListUsers ListServiceSecrets ListUserFactors
  users.write             CreateUser UpdateUser DeleteUser DisableUser EnableUser ResetPassword
  users.unlock            UnlockUser
  mfa.manage              ResetMfa CreateEnrollmentCode UpdateMfaPolicy AcknowledgeAuditEvent SetServiceAccount
  mfa.manage              SuspendUserFactor ResumeUserFactor RemoveUserFactor ImportFactor
  roles.read              ListRoles GetRole
  roles.write             CreateRole UpdateRole DeleteRole AssignRole UnassignRole
  groups.read             GetGroup ListGroups
  groups.write            CreateGroup DeleteGroup
  policy.read             GetMfaPolicy
  components.read         ListComponents GetComponent ListComponentKeys
  components.write        CreateComponent UpdateComponent DeleteComponent CreateComponentKey RevokeComponentKey
  service-accounts.write  CreateServiceSecret RevokeServiceSecret
  sessions.read           ListSessions
  sessions.revoke         RevokeSession RevokeUserSessions
  audit.read              ListAuditEvents
`;

/** The permission that each administrative method asks for. */
export const ASKED: ReadonlyMap<string, string> = new Map(
  TABLE.trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([permission = '', ...methods]) => methods.map((method) => [method, permission] as const)),
);

/** What a caller is answered to a request that is right in every other way. */
export function answerTo(kind: 'person' | 'service-account', role: string, method: string): string {
  if (kind === 'service-account' && method !== 'ListAuditEvents') return 'SERVICE_ACCOUNT_REFUSED';
  const asked = ASKED.get(method) ?? 'nobody has this';
  const held = ROLES[role]?.includes(asked) && !(kind === 'service-account' && GUARDED.includes(asked));
  return held ? 'OK' : `PERMISSION_MISSING ${asked}`;
}
