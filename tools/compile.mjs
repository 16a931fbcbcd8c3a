// Compiles into a folder (`dist`, or `.build` for tests) and puts the contract beside it, so that
// `new URL('../../generated/descriptors.binpb', import.meta.url)` means the same from every tree.
// usage: node tools/compile.mjs FOLDER TSCONFIG [--clean]
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, rmSync } from 'node:fs';

const [folder, project, clean] = process.argv.slice(2);
if (!folder || !project) {
  console.error('usage: node tools/compile.mjs FOLDER TSCONFIG [--clean]');
  process.exit(2);
}
if (clean) rmSync(folder, { recursive: true, force: true });

const tsc = spawnSync('node_modules/.bin/tsc', ['-p', project, '--outDir', folder], { stdio: 'inherit' });

cpSync('proto/sallyport', `${folder}/proto/sallyport`, { recursive: true });
cpSync('generated/descriptors.binpb', `${folder}/generated/descriptors.binpb`);
const main = `${folder}/src/sallyport.cjs`;
if (existsSync(main)) chmodSync(main, 0o755);
process.exit(tsc.status ?? 1);
