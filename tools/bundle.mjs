// Puts each program of a compiled tree into `FOLDER/bundle`, with the packages it uses: one file loads in half the time of
// a thousand. What must be found as a file of its own, because it is native or looks beside itself, stays a package.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const APART = /^(better-sqlite3|@node-rs\/argon2|@grpc\/proto-loader|grpc-health-check)$/;

/** `entries` are modules in the folder. */
export async function bundle(folder, entries) {
  const programs = entries.map((entry) => [basename(entry, '.js'), resolve(folder, entry)]);
  const names = new Set(programs.map(([name]) => name));
  if (names.size < programs.length) throw new Error(`two programs of one name among ${entries.join(', ')}`);
  const packed = await rolldown({
    input: Object.fromEntries(programs),
    platform: 'node',
    external: APART,
    plugins: [whereItWas(resolve(folder))],
    logLevel: 'warn',
  });
  const dir = resolve(folder, 'bundle');
  const { output } = await packed.generate({
    dir,
    format: 'esm',
    chunkFileNames: '[name]-[hash].js',
    keepNames: true,
  });
  await packed.close();
  mkdirSync(dir, { recursive: true });
  for (const { fileName, code } of output) put(join(dir, fileName), code);
}

/** At once: a program that starts meanwhile finds the old file or the new one. */
function put(path, code) {
  writeFileSync(`${path}.new`, code);
  renameSync(`${path}.new`, path);
}

/** A module that asks where it is gets the place it was compiled to, so that what lies beside it is found. */
function whereItWas(folder) {
  return {
    name: 'where-it-was',
    transform(code, id) {
      if (!id.startsWith(folder) || !code.includes('import.meta.url')) return null;
      const place = JSON.stringify(`../${relative(folder, id)}`);
      return code.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`);
    },
  };
}
