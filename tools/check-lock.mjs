// Refuses a lock file that `npm ci` would refuse elsewhere: `npm install` leaves out the platform packages
// that the registry in use does not serve.
import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const entries = Object.entries(packages);
const missing = entries.flatMap(([where, { optionalDependencies = {} }]) =>
  Object.keys(optionalDependencies)
    .filter((name) => !packages[`${where}/node_modules/${name}`] && !packages[`node_modules/${name}`])
    .map((name) => `${name}, wanted by ${where}`),
);

const hosts = entries.filter(([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/'));
if (entries.length < 2) missing.push('everything');
for (const line of missing) console.error(`package-lock.json lacks ${line}`);
for (const [where] of hosts) console.error(`package-lock.json names a private registry for ${where}`);
if (missing.length > 0 || hosts.length > 0) process.exit(1);
