import { UserKind } from '../../generated/sallyport/auth/v1/session.js';
import type { DoorWorld } from './door-world.js';
import type { Ready } from './doors.js';

type Change = (world: DoorWorld, ready: Pick<Ready, 'userId'>) => Promise<unknown>;
export const disabled: Change = ({ admin }, { userId }) => admin().disableUser({ userId });
export const deleted: Change = ({ admin }, { userId }) => admin().deleteUser({ userId });
export const revoked: Change = ({ admin }, { userId }) => admin().revokeUserSessions({ userId });
export const passwordReset: Change = ({ admin }, { userId }) => admin().resetPassword({ userId });
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
