/**
 * Every method for every role and either kind of user through every component. An empty request (or one whose fields cannot be used)
 * changes nothing and still tells how far it came: refused at the door, or looked at.
 *
 * Both tables are written by hand from the words of the contract, not from the product's own table.
 */
export const COLUMNS = {
  B: 'backup-administrator',
  S: 'security-administrator',
  U: 'all-unguarded',
  R: 'restore-operator',
  O: 'backup-operator',
  T: 'tape-operator',
  V: 'backup-viewer',
  I: 'incident-api-operator',
} as const;

// Through a component with the right of administration: + is looked at, - is PERMISSION_MISSING. Then what an empty
// request is answered.
export const ADMINISTRATION = `
                              B S U R O T V I
  CreateUser                  + - - - - - - - FIELDS_INVALID
  GetUser                     + + + - - - - - FIELDS_INVALID
  ListUsers                   + + + - - - - - OK
  UpdateUser                  + - - - - - - - FIELDS_INVALID
  DeleteUser                  + - - - - - - - FIELDS_INVALID
  DisableUser                 + - - - - - - - FIELDS_INVALID
  EnableUser                  + - - - - - - - FIELDS_INVALID
  UnlockUser                  + - + - - - - - FIELDS_INVALID
  ResetPassword               + - - - - - - - FIELDS_INVALID
  ResetMfa                    + - - - - - - - FIELDS_INVALID
  CreateEnrollmentCode        + - - - - - - - FIELDS_INVALID
  ListRoles                   + + + - - - - - OK
  GetRole                     + + + - - - - - FIELDS_INVALID
  CreateRole                  + - - - - - - - FIELDS_INVALID
  UpdateRole                  + - - - - - - - FIELDS_INVALID
  DeleteRole                  + - - - - - - - FIELDS_INVALID
  AssignRole                  + - - - - - - - FIELDS_INVALID
  UnassignRole                + - - - - - - - FIELDS_INVALID
  CreateGroup                 + - - - - - - - FIELDS_INVALID
  GetGroup                    + + + - - - - - FIELDS_INVALID
  ListGroups                  + + + - - - - - OK
  DeleteGroup                 + - - - - - - - FIELDS_INVALID
  GetMfaPolicy                + + + - - - - - OK
  UpdateMfaPolicy             + - - - - - - - FIELDS_INVALID
  ListComponents              + + + - - - - - OK
  GetComponent                + + + - - - - - FIELDS_INVALID
  CreateComponent             + - - - - - - - FIELDS_INVALID
  UpdateComponent             + - - - - - - - FIELDS_INVALID
  DeleteComponent             + - - - - - - - FIELDS_INVALID
  CreateComponentKey          + - - - - - - - FIELDS_INVALID
  ListComponentKeys           + + + - - - - - FIELDS_INVALID
  RevokeComponentKey          + - - - - - - - FIELDS_INVALID
  ListSessions                + + + - - - - - OK
  RevokeSession               + - + - - - - - FIELDS_INVALID
  RevokeUserSessions          + - + - - - - - FIELDS_INVALID
  ListAuditEvents             + + + - - - - - OK
  SetServiceAccount           + - - - - - - - FIELDS_INVALID
  CreateServiceSecret         + - - - - - - - FIELDS_INVALID
  ListServiceSecrets          + + + - - - - - FIELDS_INVALID
  RevokeServiceSecret         + - - - - - - - FIELDS_INVALID
  ListUserFactors             + + + - - - - - FIELDS_INVALID
  SuspendUserFactor           + - - - - - - - FIELDS_INVALID
  ResumeUserFactor            + - - - - - - - FIELDS_INVALID
  RemoveUserFactor            + - - - - - - - FIELDS_INVALID
  ImportFactor                + - - - - - - - FIELDS_INVALID
  AcknowledgeAuditEvent       + - - - - - - - FIELDS_INVALID
`;

// Without a component; through any component without a session; in a session, for every role.
export const AUTHENTICATION = `
                              without-component  without-session  in-a-session
  StartSignIn                 COMPONENT_REQUIRED FIELDS_INVALID   FIELDS_INVALID
  VerifyOtp                   COMPONENT_REQUIRED FIELDS_INVALID   FIELDS_INVALID
  UseRecoveryCode             COMPONENT_REQUIRED FIELDS_INVALID   FIELDS_INVALID
  RegenerateRecoveryCodes     COMPONENT_REQUIRED SESSION_REQUIRED ENROLL_FIRST
  ListOwnEvents               COMPONENT_REQUIRED SESSION_REQUIRED OK
  BeginEnrollment             COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  ConfirmEnrollment           COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  ChangePassword              COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  Reauthenticate              COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  ValidateSession             COMPONENT_REQUIRED FIELDS_INVALID   FIELDS_INVALID
  EndSession                  COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  ListSessions                COMPONENT_REQUIRED SESSION_REQUIRED OK
  GetServerTime               OK                 OK               OK
  SignInServiceAccount        COMPONENT_REQUIRED FIELDS_INVALID   FIELDS_INVALID
  ListFactors                 COMPONENT_REQUIRED SESSION_REQUIRED OK
  RenameFactor                COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  SuspendFactor               COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  RemoveFactor                COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
  ResyncFactor                COMPONENT_REQUIRED SESSION_REQUIRED FIELDS_INVALID
`;

// An empty request to these would do something: this one has a field that cannot be used. EndSession{all: false},
// BeginEnrollment{digits: 7}.
export const HARMLESS: Readonly<Record<string, readonly number[]>> = {
  'auth/EndSession': [0x10, 0x00],
  'auth/BeginEnrollment': [0x28, 0x07],
};

// People may come, while MFA applies and while it does not; service accounts may come; administration.
const COMPONENTS = `
  local                       yes         machines administration
  console                     yes         -        administration
  web-ui                      yes         -        administration
  explorer                    yes         -        -
  config-restore              yes         machines -
  console-upgrade             yes         machines -
  shell                       without-MFA machines -
  rest-api                    without-MFA machines -
  enterprise-manager          without-MFA machines -
  monitoring-agent            without-MFA machines -
  validator                   without-MFA machines -
  service-provider-console    without-MFA machines -
`;

// What a service account may do in a session of its own, besides listing audit events where a role allows that.
const MACHINES_MAY = ['EndSession', 'ListSessions', 'ListOwnEvents'];

export const UNGUARDED =
  'users.read users.unlock roles.read groups.read components.read policy.read sessions.read sessions.revoke audit.read';

export const rowsOf = (table: string): string[][] =>
  table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));

export const components = rowsOf(COMPONENTS).map(([id = '', people, machines, right]) => ({
  id,
  people: people === 'yes',
  machines: machines === 'machines',
  administration: right === 'administration',
}));
export type Component = (typeof components)[number];

export const roles = Object.values(COLUMNS);

/** What the tables say of one method, one role and one component; a role `undefined` is nobody's session. */
export function expected(name: string, role: string | undefined, administration: boolean): string {
  const [area, method] = name.split('/');
  if (area === 'auth') {
    const [, , withoutSession = '?', inSession = '?'] =
      rowsOf(AUTHENTICATION).find(([first]) => first === method) ?? [];
    return role === undefined ? withoutSession : inSession;
  }
  const [, ...cells] = rowsOf(ADMINISTRATION).find(([first]) => first === method) ?? [];
  if (role === undefined) return 'SESSION_REQUIRED';
  if (!administration && method !== 'ListAuditEvents') return 'COMPONENT_REFUSED';
  const cell = cells[roles.indexOf(role as (typeof roles)[number])];
  return cell === '+' ? (cells.at(-1) ?? '?') : cell === '-' ? 'PERMISSION_MISSING' : '?';
}

/** What the tables say where a service account with this role asks. */
export function expectedOfMachine(name: string, role: string, administration: boolean): string {
  const [area, method = ''] = name.split('/');
  const ofPerson = expected(name, role, administration);
  if (method === 'ListAuditEvents') return ofPerson;
  if (area === 'admin') return 'SERVICE_ACCOUNT_REFUSED';
  const needsSession = expected(name, undefined, administration) === 'SESSION_REQUIRED';
  return needsSession && !MACHINES_MAY.includes(method) ? 'SERVICE_ACCOUNT_REFUSED' : ofPerson;
}
