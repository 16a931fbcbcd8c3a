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

const placed = entries.filter(([, { resolved }]) => resolved);
if (entries.length < 2) missing.push('everything');
for (const line of missing) console.error(`package-lock.json lacks ${line}`);
// Who installs has a registry of his own.
for (const [where] of placed) console.error(`package-lock.json names the registry that ${where} came from`);
if (missing.length > 0 || placed.length > 0) process.exit(1);
