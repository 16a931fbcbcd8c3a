// Writes `generated/` from `proto/`: code by ts-proto, then the descriptor set that the server reflects.
// usage: node tools/generate.mjs [BASE]     (BASE/generated instead of ./generated: what `npm run check` compares with)
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';

const base = process.argv[2] ?? '.';

function buf(...args) {
  const { status } = spawnSync('node_modules/.bin/buf', args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

// The health proto's package keeps it one folder deeper than its import path says.
mkdirSync('.protodeps', { recursive: true });
rmSync('.protodeps/grpc', { force: true });
symlinkSync('../node_modules/grpc-health-check/proto', '.protodeps/grpc');

buf('generate', '-o', base);
// After `generate`, because that empties the folder.
buf('build', '--config', 'buf.all.yaml', '--as-file-descriptor-set', '-o', `${base}/generated/descriptors.binpb`);
