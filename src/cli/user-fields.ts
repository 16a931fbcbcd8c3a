import { Admin, Auth } from '../client/index.js';
import { word } from './cell.js';
import { formatLength, formatTime } from './format-time.js';
import { methodWord } from './message-types.js';
import type { Column } from './table.js';

export const userState = ({ state }: Admin.User) => word('USER_STATE', Admin.userStateToJSON(state));
const kind = ({ kind }: Admin.User) => word('USER_KIND', Auth.userKindToJSON(kind));

/** A user in a list. */
export const userColumns: readonly Column<Admin.User>[] = [
  ['NAME', ({ username }) => username],
  ['DISPLAY NAME', ({ displayName }) => displayName],
  ['STATE', userState],
  ['ENROLLED', ({ enrolled }) => enrolled],
  ['ROLES', ({ roleIds }) => roleIds],
  ['LAST SIGN-IN', ({ lastSignInTime }) => lastSignInTime],
  ['USER ID', ({ userId }) => userId],
];

/** A user alone, with what an administrator wants to know when somebody cannot get in. */
export const userFields: readonly Column<Admin.User>[] = [
  ['name', ({ username }) => username],
  ['user id', ({ userId }) => userId],
  ['display name', ({ displayName }) => displayName],
  ['e-mail', ({ email }) => email],
  ['kind', kind],
  ['state', userState],
  ['roles', ({ roleIds }) => roleIds],
  ['created', ({ createTime }) => createTime],
  ['last sign-in', ({ lastSignInTime }) => lastSignInTime],
  ['password change due', ({ passwordChangeDue }) => passwordChangeDue],
  ['one-time password until', ({ oneTimePasswordExpireTime }) => oneTimePasswordExpireTime],
  ['enrolled', ({ enrolled }) => enrolled],
  ['factors', ({ factorCount }) => factorCount],
  ['enrolment code until', ({ enrollmentCodeExpireTime }) => enrollmentCodeExpireTime],
  ['waits', ({ waits }) => waits.filter(({ failures }) => failures > 0).map(waitText)],
  ['wrong codes in 30 days', ({ wrongCodesInBudget }) => wrongCodesInBudget],
  ['clock of the phone', offsetText],
];

/** A service account alone: it has neither password nor device. */
export const serviceAccountFields: readonly Column<Admin.User>[] = [
  ...userFields.slice(
    0,
    userFields.findIndex(([title]) => title === 'password change due'),
  ),
  ['why a service account', ({ kindReason }) => kindReason],
  ['owner', ({ ownerUserId }) => ownerUserId],
  ['ends', ({ endTime }) => endTime],
  ['usable secrets', ({ serviceSecretCount }) => serviceSecretCount],
];

function waitText({ kind, state, failures, endTime }: Admin.Wait): string {
  const until = endTime ? ` until ${formatTime(endTime)}` : '';
  return `${methodWord(kind)}: ${word('WAIT_STATE', Admin.waitStateToJSON(state))}${until}, failures: ${failures}`;
}

// How far a phone's clock was from the server's, and when.
function offsetText({ clockOffset, clockOffsetTime: at }: Admin.User): string {
  if (!clockOffset) return '';
  const seconds = Number(clockOffset.seconds);
  const side = seconds < 0 ? 'behind' : 'ahead';
  return `${formatLength(Math.abs(seconds) * 1000)} ${side}${at ? ` at ${formatTime(at)}` : ''}`;
}
