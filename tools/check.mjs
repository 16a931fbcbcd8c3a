// Everything CI asks before the tests, with each step's time. `npm run check -- NAME…` runs only the named steps.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';

const released = 'proto/released.binpb';
const fresh = '.cache/fresh';
const bin = (name) => `node_modules/.bin/${name}`;

const steps = {
  format: [[bin('biome'), 'check', '--error-on-warnings']],
  lint: [[bin('oxlint'), '--type-aware', '--deny-warnings']],
  types: [[bin('tsc'), '-p', 'tsconfig.json', '--noEmit']],
  layers: [[bin('vitest'), 'run', 'test/architecture']],
  'buf lint': [[bin('buf'), 'lint']],
  'buf format': [[bin('buf'), 'format', '--diff', '--exit-code']],
  'buf breaking': [[bin('buf'), 'breaking', '--against', released]],
  generated: [
    ['node', 'tools/generate.mjs', fresh],
    ['diff', '-r', 'generated', `${fresh}/generated`],
  ],
  unused: [[bin('knip'), '--no-progress']],
  'lock file': [['node', 'tools/check-lock.mjs']],
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(`No step named ${unknown.join(', ')}. The steps: ${Object.keys(steps).join(', ')}.`);
  process.exit(2);
}

/** Runs a step's commands until one fails; silent when all is well. */
function passes(commands) {
  for (const [program, ...args] of commands) {
    const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (status === 0) continue;
    process.stdout.write(`${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`);
    return false;
  }
  return true;
}

rmSync(fresh, { recursive: true, force: true });
const failed = [];
for (const name of asked.length > 0 ? asked : Object.keys(steps)) {
  if (name === 'buf breaking' && !existsSync(released)) {
    console.log(`NOT CHECKED  ${name}: no release of the contract yet (${released}); npm run release:proto makes one`);
    continue;
  }
  const start = performance.now();
  const good = passes(steps[name]);
  if (!good) failed.push(name);
  console.log(`${good ? 'ok' : 'FAILED'}  ${name}  ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
if (failed.length > 0) {
  console.error(`check failed: ${failed.join(', ')}`);
  process.exit(1);
}
