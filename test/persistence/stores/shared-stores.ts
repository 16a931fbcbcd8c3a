import { afterAll, beforeAll } from 'vitest';
import { type Engine, type OpenStores, openStores } from '../../support/engines.js';

/** One database for all tests of a suite; each makes its own rows. */
export function sharedStores(engine: Engine): Pick<OpenStores, 'unitOfWork' | 'reads' | 'printed'> {
  let open: OpenStores;
  beforeAll(async () => {
    open = await openStores(engine);
  });
  afterAll(() => open.close());
  return {
    unitOfWork: (work, options) => open.unitOfWork(work, options),
    reads: (look, options) => open.reads(look, options),
    get printed() {
      return open.printed;
    },
  };
}
