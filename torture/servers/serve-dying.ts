/** Sound, and dies by SIGKILL at the point of a unit of work that its plan names, once somebody has laid one into its folder. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Stores } from '../../src/domain/stores.js';
import { openStorage } from '../../src/persistence/index.js';
import { serveUnderTest } from '../../test/support/serve-under-test.js';
import { PLAN_FILE, type Point } from '../kill/points.js';

const plan = join(dirname(process.env['SALLYPORT_DATA_DIR'] ?? ''), PLAN_FILE);
let passes = 0;

function pass(point: Point): void {
  const [planned, survived] = read().split(' ');
  if (planned !== point) return;
  passes += 1;
  if (passes > Number(survived)) process.kill(process.pid, 'SIGKILL');
}

function read(): string {
  try {
    return readFileSync(plan, 'utf8');
  } catch {
    return '';
  }
}

async function passing<T>(point: Point, doing: Promise<T>): Promise<T> {
  const done = await doing;
  pass(point);
  return done;
}

const dying = (stores: Stores): Stores => ({
  ...stores,
  waits: { ...stores.waits, reserve: (...given) => passing('after-reserve', stores.waits.reserve(...given)) },
  factors: { ...stores.factors, spendStep: (...given) => passing('after-look', stores.factors.spendStep(...given)) },
});

await serveUnderTest({
  openStorage: async (settings) => {
    const { unitOfWork, ...storage } = await openStorage(settings);
    return {
      ...storage,
      unitOfWork: (work, options) =>
        passing(
          'after-commit',
          unitOfWork((stores) => passing('before-commit', work(dying(stores))), options),
        ),
    };
  },
});
