import {
  type AdministrationNeeds,
  administer,
  type Change,
  requireProof,
  targetUser,
} from '../administration/index.js';
import { AUDIT } from '../audit/audit-codes.js';
import type { Caller } from '../call.js';
import { mustHaveRoomForFactor } from '../enrollment/may-enroll.js';
import { noteAdministratorEnrolled } from '../enrollment/note-administrator-enrolled.js';
import type { Envelope, OtpCodes, Randomness, TotpShape } from '../ports.js';
import { Refusal } from '../refusal.js';
import { endSignInsOf } from '../sign-in/end-sign-ins.js';
import type { User } from '../user/user.js';
import type { Factor, FactorKind } from './factor.js';
import { type FactorView, viewOfFactor } from './list-factors.js';
import { SECRET_PLACE } from './look-at-code.js';

interface Needs extends AdministrationNeeds {
  readonly randomness: Randomness;
  readonly envelope: Envelope;
  readonly otpCodes: OtpCodes;
  readonly secretDigest: (secret: Uint8Array, userId: string) => Uint8Array;
}

/** A hardware token as its maker describes it. */
export interface Token {
  readonly kind: FactorKind;
  /** Base32. */
  readonly secret: string;
  readonly label: string;
  readonly shape: TotpShape;
  /** HOTP: the counter whose code comes next. */
  readonly counter: number;
}

/** RFC 4226 R6: 128 bits at least. More than 64 bytes are hashed down by HMAC and no token has them. */
const SECRET_BYTES = { least: 16, most: 64 };

/** Gives a user a token whose seed is known. It is confirmed as it is: whoever holds it is enrolled. */
export function importFactor(needs: Needs) {
  const change = administer(needs);
  return async (caller: Caller, userId: string, token: Token): Promise<FactorView> => {
    const secret = parseSeed(needs, token);
    requireProof(caller, needs.clock());
    return change(caller, 'mfa.manage', async (work) => {
      const user = await enrollable(work, userId);
      const factor = factorFrom(needs, work, user, token, secret);
      if (!(await work.stores.factors.insert(factor))) throw new Refusal('NAME_TAKEN');
      await shutEnrollment(work, user);
      await work.note(AUDIT.FACTOR_IMPORTED, { subject: user.id, objectId: factor.id, factorKind: token.kind });
      return viewOfFactor(work.stores, factor, work.now);
    });
  };
}

function parseSeed({ otpCodes }: Pick<Needs, 'otpCodes'>, { secret: text }: Token): Uint8Array {
  const secret = otpCodes.parseBase32(text);
  if (secret && secret.length >= SECRET_BYTES.least && secret.length <= SECRET_BYTES.most) return secret;
  const description = `Must be a seed of ${SECRET_BYTES.least} to ${SECRET_BYTES.most} bytes in base32.`;
  throw new Refusal('FIELDS_INVALID', { fields: [{ field: 'secret', description }] });
}

async function enrollable(work: Change, userId: string): Promise<User> {
  const user = await targetUser(work, userId);
  // The user's row first: confirming a phone counts their devices too.
  await work.stores.users.touch(user.id, user.securityVersion);
  if (user.kind !== 'person')
    throw new Refusal('SERVICE_ACCOUNT_REFUSED', { message: 'A service account has secrets, not devices.' });
  await mustHaveRoomForFactor(work.stores, { user });
  return user;
}

function factorFrom(needs: Needs, { now }: Change, user: User, token: Token, secret: Uint8Array): Factor {
  const id = needs.randomness.newId();
  return {
    id,
    userId: user.id,
    kind: token.kind,
    label: token.label,
    suspended: false,
    shape: token.shape,
    secret: needs.envelope.seal(secret, SECRET_PLACE, { rowId: id, ownerId: user.id }),
    secretDigest: needs.secretDigest(secret, user.id),
    lastStep: token.kind === 'hotp' ? token.counter - 1 : -1,
    createdAt: now,
    confirmedAt: now,
    lastUsedAt: undefined,
  };
}

// Whoever is about to enrol a first phone by the password alone does not get one beside the token.
async function shutEnrollment({ stores, now }: Change, { id }: User): Promise<void> {
  await stores.users.noteEnrolled(id, now);
  await noteAdministratorEnrolled(stores, id);
  await stores.enrollmentCodes.remove(id);
  await stores.factors.removePendingOf(id);
  await endSignInsOf(stores, id, now);
}
