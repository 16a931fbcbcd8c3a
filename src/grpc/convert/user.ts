import {
  type User as UserMessage,
  UserState,
  type Wait,
  WaitState,
} from '../../../generated/sallyport/admin/v1/user.js';
import { standing } from '../../domain/lockout/lockout.js';
import type { WaitKind, WaitRow } from '../../domain/lockout/wait-row.js';
import type { UserView } from '../../domain/user/user-view.js';
import { toDate } from './date.js';
import { toDuration } from './duration.js';
import { toMethod } from './factor.js';
import { toUserKind } from './session.js';

export const STATE_BY_NUMBER: ReadonlyMap<number, 'active' | 'disabled'> = new Map([
  [UserState.USER_STATE_ACTIVE, 'active'],
  [UserState.USER_STATE_DISABLED, 'disabled'],
]);

export const toUser = (view: UserView, now: number): UserMessage => ({
  userId: view.user.id,
  username: view.user.name,
  displayName: view.user.displayName,
  email: view.user.email,
  kind: toUserKind(view.user.kind),
  state: view.user.state === 'active' ? UserState.USER_STATE_ACTIVE : UserState.USER_STATE_DISABLED,
  roleIds: [...view.roleIds],
  createTime: new Date(view.user.createdAt),
  lastSignInTime: toDate(view.user.lastSignInAt),
  passwordChangeDue: view.oneTimePassword !== undefined,
  oneTimePasswordExpireTime: toDate(view.oneTimePasswordEnd),
  enrolled: view.user.enrolledAt !== undefined,
  factorCount: view.factorCount,
  enrollmentCodeExpireTime: toDate(view.enrollmentCodeEnd),
  waits: view.waits ? toWaits(view.waits, now) : [],
  wrongCodesInBudget: view.waits?.get('code')?.budgetSpent ?? 0,
  clockOffset: toDuration(view.clockOffset?.by),
  clockOffsetTime: toDate(view.clockOffset?.at),
  ownerUserId: view.user.ownerId ?? '',
  kindReason: view.user.kindReason ?? '',
  endTime: toDate(view.user.endsAt),
  serviceSecretCount: view.secretCount,
});

const PROOF = { password: 'password', code: 'totp', recovery: 'recovery-code' } as const;
const STATES = {
  open: WaitState.WAIT_STATE_OPEN,
  waiting: WaitState.WAIT_STATE_WAITING,
  disabled: WaitState.WAIT_STATE_DISABLED,
} as const;

const toWaits = (waits: ReadonlyMap<WaitKind, WaitRow>, now: number): Wait[] =>
  [...waits].filter(([, row]) => row.failures > 0 || row.budgetSpent > 0).map(([kind, row]) => toWait(kind, row, now));

function toWait(kind: WaitKind, row: WaitRow, now: number): Wait {
  const answer = standing(kind, row, now);
  return {
    kind: toMethod(PROOF[kind]),
    state: STATES[answer.state],
    failures: row.failures,
    endTime: answer.state === 'waiting' ? new Date(answer.until) : undefined,
  };
}
