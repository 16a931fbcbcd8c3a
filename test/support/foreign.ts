import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const installed = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sallyport/python/bin/python');

/** The Python that has the gRPC packages: named by SALLYPORT_TEST_PYTHON, or made by `.ci/run`, or the first on the path. */
export const python: string = process.env['SALLYPORT_TEST_PYTHON'] ?? (existsSync(installed) ? installed : 'python3');

interface Program {
  readonly probe: readonly [string, ...string[]];
  readonly install: string;
}

const programs = {
  mariadbd: { probe: ['mariadbd', '--no-defaults', '--version'], install: 'apt-get install mariadb-server' },
  oathtool: { probe: ['oathtool', '--version'], install: 'apt-get install oathtool' },
  grpcurl: { probe: ['grpcurl', '-version'], install: 'go install github.com/fullstorydev/grpcurl/cmd/grpcurl' },
  go: { probe: ['go', 'version'], install: 'apt-get install golang, or a release from go.dev' },
  'protoc-gen-go': { probe: ['protoc-gen-go', '--version'], install: 'go install …/protoc-gen-go' },
  'protoc-gen-go-grpc': { probe: ['protoc-gen-go-grpc', '--version'], install: 'go install …/protoc-gen-go-grpc' },
  'python grpcio': {
    probe: [python, '-c', 'import grpc, grpc_tools, grpc_status'],
    install: 'pip install grpcio grpcio-tools grpcio-status',
  },
  faketime: { probe: ['faketime', '--version'], install: 'apt-get install faketime' },
} satisfies Record<string, Program>;

export type Tool = keyof typeof programs;

/** CI has everything; there a test that skips is a test that fails. */
export function skipsForbidden(): boolean {
  return process.env['CI'] === 'true' || process.env['TEST_NO_SKIP'] === '1';
}

const found = new Map<Tool, boolean>();

function isInstalled(tool: Tool): boolean {
  const known = found.get(tool);
  if (known !== undefined) return known;
  const [program, ...args] = programs[tool].probe;
  const works = spawnSync(program, args, { stdio: 'ignore' }).status === 0;
  found.set(tool, works);
  return works;
}

/**
 * Whether all these programs are here, for `describe.runIf(requireTools('grpcurl'))`. When one is not it says so out loud,
 * and throws where skips are forbidden.
 */
export function requireTools(...tools: readonly Tool[]): boolean {
  const missing = tools.filter((tool) => !isInstalled(tool));
  for (const tool of missing) {
    const line = `SKIPPED: ${tool} is not installed (${programs[tool].install})`;
    if (skipsForbidden()) throw new Error(`${line}; skips are forbidden here`);
    process.stderr.write(`\n${line}\n`);
  }
  return missing.length === 0;
}
