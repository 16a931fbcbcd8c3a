import { type Admin, Auth, type Sallyport, SallyportError } from '../client/index.js';
import type { Column } from './table.js';
import { userState } from './user-fields.js';

/** A user beside the name of the person who answers for them. */
export interface Exempt extends Admin.User {
  readonly owner: string;
}

export const isServiceAccount = ({ kind }: Admin.User): boolean => kind === Auth.UserKind.USER_KIND_SERVICE_ACCOUNT;

/** Finds out who answers for each; an owner who is gone is told by id. */
export async function withOwners({ admin }: Sallyport, users: readonly Admin.User[]): Promise<Exempt[]> {
  const names = new Map<string, string>([['', '']]);
  for (const id of new Set(users.map(({ ownerUserId }) => ownerUserId).filter(Boolean)))
    names.set(id, await nameOf(admin, id));
  return users.map((user) => ({ ...user, owner: names.get(user.ownerUserId) ?? '' }));
}

async function nameOf(admin: Sallyport['admin'], id: string): Promise<string> {
  try {
    return (await admin.getUser({ user: { $case: 'userId', value: id } })).user?.username ?? id;
  } catch (error) {
    if (error instanceof SallyportError && error.status === 'NOT_FOUND') return `${id} (gone)`;
    throw error;
  }
}

const why = (user: Admin.User): string =>
  isServiceAccount(user) ? `service account: ${user.kindReason}` : 'multi-factor authentication is off';

/** Who gets in without a second factor, and why. */
export const exemptColumns: readonly Column<Exempt>[] = [
  ['NAME', ({ username }) => username],
  ['WHY', why],
  ['OWNER', ({ owner }) => owner],
  ['UNTIL', ({ endTime }) => endTime],
  ['SECRETS', (user) => (isServiceAccount(user) ? user.serviceSecretCount : undefined)],
  ['LAST SIGN-IN', ({ lastSignInTime }) => lastSignInTime],
  ['USER ID', ({ userId }) => userId],
];

/** Service accounts, those that cannot sign in now too. */
export const serviceAccountColumns: readonly Column<Exempt>[] = [
  ['NAME', ({ username }) => username],
  ['STATE', userState],
  ['REASON', ({ kindReason }) => kindReason],
  ...exemptColumns.slice(2),
];
