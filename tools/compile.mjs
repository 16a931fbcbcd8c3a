// Compiles into a folder (`dist`, or `.build` for tests) and puts the contract beside it, so that
// `new URL('../../generated/descriptors.binpb', import.meta.url)` means the same from every tree. Programs are bundled.
// usage: node tools/compile.mjs FOLDER TSCONFIG [--clean]
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { bundle } from './bundle.mjs';

/** Compiled modules that somebody starts as a process of its own. */
const PROGRAM = /^(src\/main|test\/support\/serve(-.*)?|torture\/servers\/.*)\.js$/;

const [folder, project, clean] = process.argv.slice(2);
if (!folder || !project) {
  console.error('usage: node tools/compile.mjs FOLDER TSCONFIG [--clean]');
  process.exit(2);
}
if (clean) rmSync(folder, { recursive: true, force: true });

const tsc = spawnSync('node_modules/.bin/tsc', ['-p', project, '--outDir', folder], { stdio: 'inherit' });

cpSync('proto/sallyport', `${folder}/proto/sallyport`, { recursive: true });
cpSync('generated/descriptors.binpb', `${folder}/generated/descriptors.binpb`);
chmodSync(`${folder}/src/sallyport.cjs`, 0o755);
const compiled = readdirSync(folder, { recursive: true, encoding: 'utf8' });
await bundle(
  folder,
  // What a tree still holds of a source that is gone stays out.
  compiled.filter((path) => PROGRAM.test(path) && existsSync(path.replace(/js$/, 'ts'))),
);
process.exit(tsc.status ?? 1);
