/** Broken variants: what TEST_WITHOUT_DECOY names is refused without the work that the others cost. */
import { createHashQueue } from '../../src/crypto/index.js';
import type { CommittedReads, UnitOfWork } from '../../src/domain/stores.js';
import type { User } from '../../src/domain/user/user.js';
import { openStorage } from '../../src/persistence/index.js';
import { serveUnderTest } from '../../test/support/serve-under-test.js';

const kind = process.env['TEST_WITHOUT_DECOY'] ?? '';

/** Whose password is not hashed. */
const SPARED: Readonly<Record<string, (user: User | undefined) => boolean>> = {
  unknown: (user) => user === undefined,
  disabled: (user) => user?.state === 'disabled',
  enrolled: (user) => user?.enrolledAt !== undefined,
};

// One call comes after the other.
let last: User | undefined;
const known = new Set<string>();

const noting =
  (unitOfWork: UnitOfWork): UnitOfWork =>
  (work, options) =>
    unitOfWork((stores) => {
      let key = '';
      let isFirst = true;
      return work({
        ...stores,
        waits: {
          ...stores.waits,
          reserve: (wait, now) => {
            key = hex(wait.subject);
            return stores.waits.reserve(wait, now);
          },
        },
        users: {
          ...stores.users,
          byName: async (name) => {
            const user = await stores.users.byName(name);
            // Whoever is asked for after that is asked for to pass the time.
            if (isFirst) last = user;
            if (isFirst && user) known.add(key);
            isFirst = false;
            return user;
          },
        },
      });
    }, options);

/** Who is no user is hashed before the wait is told. */
const slowerForUnknown =
  (reads: CommittedReads): CommittedReads =>
  async (look, options) => {
    let unknown = false;
    const answer = await reads(({ waits, ...stores }) => {
      const of: typeof waits.of = (wait, now) => {
        unknown ||= wait.kind === 'password' && !known.has(hex(wait.subject));
        return waits.of(wait, now);
      };
      return look({ ...stores, waits: { ...waits, of } });
    }, options);
    if (unknown) await hashed?.();
    return answer;
  };

let hashed: (() => Promise<void>) | undefined;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

await serveUnderTest({
  openStorage: async (settings) => {
    const storage = await openStorage(settings);
    const reads = kind === 'waiting' ? slowerForUnknown(storage.reads) : storage.reads;
    return { ...storage, unitOfWork: noting(storage.unitOfWork), reads };
  },
  createHashQueue: (settings) => {
    const queue = createHashQueue(settings);
    const spared = SPARED[kind] ?? (() => false);
    hashed = async () => {
      const place = queue.enter();
      await place.verifyDecoy('password', 'not the password').finally(place.leave);
    };
    const wrong = { right: false, outdated: false };
    const enter: typeof queue.enter = () => {
      const place = queue.enter();
      return {
        ...place,
        verify: async (...asked) => (spared(last) ? wrong : place.verify(...asked)),
        verifyDecoy: async (...asked) => (spared(last) ? wrong : place.verifyDecoy(...asked)),
      };
    };
    return { ...queue, enter };
  },
});
