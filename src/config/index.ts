/** Every setting of the service, from one file and `SALLYPORT_*` variables through one schema. */
export { type Address, isLocal, isLocalAddress, parseAddress } from './address.js';
export { ConfigError } from './config-error.js';
export { loadSettings } from './load.js';
export { readSecret, readText } from './read-file.js';
export { type ResolvedSettings, SETTINGS } from './settings.js';
