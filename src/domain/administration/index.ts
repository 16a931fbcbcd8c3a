/**
 * Administration: the one way every administrative change runs, who may act on whom, and the rule that somebody able to
 * sign in is always left. What is changed belongs to the feature folders.
 */
export { actorIn, permissionMissing } from './actor.js';
export {
  type AdministrationNeeds,
  administer,
  type Change,
  mustNotOutrank,
  requireProof,
  targetUser,
} from './administer.js';
export { ableAdministrators, mustLeaveAdministrator } from './last-administrator.js';
export { isSomeDoorOpen, mustLeaveDoor } from './last-door.js';
