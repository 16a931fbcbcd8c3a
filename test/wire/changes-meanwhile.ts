import { UserKind } from '../../generated/sallyport/auth/v1/session.js';
import type { DoorWorld } from './door-world.js';
import type { Ready } from './doors.js';

type Change = (world: DoorWorld, ready: Pick<Ready, 'userId'>) => Promise<unknown>;
export const disabled: Change = ({ admin }, { userId }) => admin().disableUser({ userId });
export const deleted: Change = ({ admin }, { userId }) => admin().deleteUser({ userId });
export const revoked: Change = ({ admin }, { userId }) => admin().revokeUserSessions({ userId });
const passwordReset: Change = ({ admin }, { userId }) => admin().resetPassword({ userId });
export const mfaReset: Change = ({ admin }, { userId }) => admin().resetMfa({ userId });
export const madeMachine: Change = async ({ admin, administrator }, { userId }) => {
  const ownerUserId = await administrator();
  const kind = UserKind.USER_KIND_SERVICE_ACCOUNT;
  await admin().setServiceAccount({ userId, kind, reason: 'test', ownerUserId });
};
export const machineAndBack: Change = async (world, ready) => {
  await madeMachine(world, ready);
  await world.admin().setServiceAccount({ userId: ready.userId, kind: UserKind.USER_KIND_PERSON, reason: 'test' });
};

/** After any of these a proof that was begun before is worth nothing, whether MFA is on or off. */
export const CHANGES: readonly (readonly [what: string, change: Change])[] = [
  ['was disabled', disabled],
  ['was deleted', deleted],
  ['had the password reset', passwordReset],
  ['became a service account', madeMachine],
  ['became a service account and a person again', machineAndBack],
];
