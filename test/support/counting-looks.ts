import type { createHashQueue } from '../../src/crypto/index.js';
import { quickHashQueue } from './quick-hashes.js';

/** Prints a line for each enrolment code that is compared with the one there is: a decoy is none. */
export const countingLooks: typeof createHashQueue = (settings) => {
  const queue = quickHashQueue(settings);
  return {
    ...queue,
    enter: () => {
      const place = queue.enter();
      return {
        ...place,
        verify: (purpose, ...rest) => {
          if (purpose === 'enrollment-code') process.stdout.write(`${LOOKED}\n`);
          return place.verify(purpose, ...rest);
        },
      };
    },
  };
};

export const LOOKED = '{"test":"an enrolment code was looked at"}';
