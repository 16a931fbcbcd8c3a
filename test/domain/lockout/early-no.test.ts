import { expect, test, vi } from 'vitest';
import { earlyNo } from '../../../src/domain/lockout/early-no.js';
import { createUnlooked } from '../../../src/domain/lockout/unlooked.js';
import { Refusal } from '../../../src/domain/refusal.js';
import { refusal } from '../../support/refusal.js';

test('where no slow hash has room, whoever needs one is refused without a look at the database', async () => {
  const reads = vi.fn(async () => undefined);
  const early = earlyNo({
    reads: reads as never,
    clock: () => 0,
    tokenHashes: { lockKey: () => new Uint8Array(32) } as never,
    hashQueue: {
      mustHaveRoom: () => {
        throw new Refusal('OVERLOADED', { retryAfter: 1000 });
      },
    },
    unlooked: createUnlooked(),
  });
  await expect(early.password('alice')).rejects.toThrow(refusal('OVERLOADED'));
  await expect(early.recovery('ssi_1_secret')).rejects.toThrow(refusal('OVERLOADED'));
  expect(reads).not.toHaveBeenCalled();
  expect(await early.code('alice')).toBeUndefined();
  expect(reads).toHaveBeenCalledOnce();
});
