/** What each part of `src` may import from the rest of the tree. Whatever is not named here is refused. */
const everyone = ['domain', 'config', 'telemetry'];
const allowed: Record<string, readonly string[]> = {
  domain: [],
  config: everyone,
  telemetry: everyone,
  crypto: everyone,
  persistence: everyone,
  grpc: [...everyone, 'generated'],
  service: [...everyone, 'crypto', 'persistence', 'grpc'],
  client: [...everyone, 'generated'],
  cli: [...everyone, 'client', 'generated'],
};
// What the host's own commands do without a server joins the parts as app.ts does.
const JOINING = /^src\/(app\.ts|main\.ts|offline\/)/;

/** Packages that one part owns: their names appear nowhere else. */
const owners: Record<string, readonly string[]> = {
  typeorm: ['persistence'],
  mysql2: ['persistence'],
  'better-sqlite3': ['persistence'],
  '@node-rs/argon2': ['crypto'],
  otplib: ['crypto'],
  'prom-client': ['telemetry'],
  pino: ['telemetry'],
  zod: ['config', 'crypto'],
  commander: ['cli'],
  '@grpc/grpc-js': ['grpc', 'service', 'client', 'cli'],
  '@grpc/proto-loader': ['cli'],
};

// The clock is handed on from service/outside.ts. The runtime's own deadlines and log lines are in real time whatever the clock says.
const REAL_TIME =
  /^src\/(main\.ts|service\/(outside|open-parts|storage-settings)\.ts|offline\/|client\/|cli\/|grpc\/unary\.ts|telemetry\/log\.ts)/;

/** Words that stand only where time, settings and output come in; the rest is handed them. */
const words: readonly { readonly pattern: RegExp; readonly only: RegExp }[] = [
  { pattern: /\.save\(/, only: /^$/ },
  { pattern: /synchronize: true/, only: /^$/ },
  { pattern: /Math\.random/, only: /^$/ },
  { pattern: /Date\.now\b|new Date\(\)/, only: REAL_TIME },
  { pattern: /process\.env/, only: /^src\/main\.ts/ },
  { pattern: /\bconsole\.(log|error|warn|info|debug|trace)\b/, only: /^src\/(cli\/|main\.ts)/ },
];

/** What a source file does that the layers forbid, one sentence each. `path` is relative to the root, with slashes. */
export function violations(path: string, source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
  const imported = [...code.matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(([, what]) => what ?? '');
  return [
    ...imported.filter((what) => !mayImport(path, what)).map((what) => `${path} imports ${what}`),
    ...words
      .filter(({ pattern, only }) => pattern.test(code) && !only.test(path))
      .map(({ pattern }) => `${path} contains ${pattern.source}`),
  ];
}

function mayImport(path: string, what: string): boolean {
  if (JOINING.test(path)) return true;
  const part = partOf(path);
  if (what.startsWith('.')) {
    const target = partOf(new URL(what, `file:///${path}`).pathname.slice(1));
    return target === part || (allowed[part]?.includes(target) ?? false);
  }
  if (part === 'domain') return false;
  const owner = owners[what.split('/', what.startsWith('@') ? 2 : 1).join('/')];
  return owner === undefined || owner.includes(part);
}

/** `src/grpc/server.ts` is part `grpc`, `generated/…` is `generated`, and `src/app.ts` a part of its own. */
function partOf(path: string): string {
  const [top, next] = path.split('/');
  return top === 'src' ? (next ?? '') : (top ?? '');
}
