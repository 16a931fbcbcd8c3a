import type { Factor } from '../../src/domain/factor/factor.js';
import { type House, type Person, SHAPE } from './house.js';

/** One more confirmed phone, put into the store without any operation. */
export async function addDevice(
  { needs, sound, now }: House,
  { user }: Person,
  more: Partial<Factor> = {},
): Promise<Person & { readonly id: string }> {
  const [id, secret] = [needs.randomness.newId(), needs.randomness.newOtpSecret()];
  const factor: Factor = {
    id,
    userId: user.id,
    kind: 'totp',
    label: 'tablet',
    suspended: false,
    shape: SHAPE,
    lastStep: -1,
    createdAt: now(),
    confirmedAt: now(),
    lastUsedAt: undefined,
    secret: needs.envelope.seal(secret, 'factors', { rowId: id, ownerId: user.id }),
    secretDigest: needs.secretDigest(secret, user.id),
    ...more,
  };
  await sound(({ factors }) => factors.insert(factor));
  return { user, id, secret };
}

/** The devices a user has, oldest first. */
export const devicesOf = ({ reads }: House, { user }: Person): Promise<readonly Factor[]> =>
  reads(({ factors }) => factors.of(user.id));

/** The id of the oldest device. */
export async function firstDevice(house: House, who: Person): Promise<string> {
  const [first] = await devicesOf(house, who);
  if (!first) throw new Error('there is no device');
  return first.id;
}

/** One recovery code that is left; which one does not matter to who only counts them. */
export const leaveRecoveryCode = ({ needs, sound, now }: House, { user }: Person): Promise<void> =>
  sound(({ recoveryCodes }) =>
    recoveryCodes.keep({
      id: needs.randomness.newId(),
      userId: user.id,
      position: 1,
      hash: { pepperId: 'none', phc: 'none' },
      createdAt: now(),
    }),
  );

/** A hundred wrong codes: the user's code factors are disabled. */
export const disableCodes = ({ sound, now }: House, { user }: Person): Promise<void> =>
  sound(async ({ waits }) => {
    const key = { subject: Buffer.from(user.id), kind: 'code' } as const;
    for (let failure = 1; failure <= 100; failure++) await waits.reserve(key, now());
    await waits.keep(key, now());
  });
