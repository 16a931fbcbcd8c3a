/** Every setting of the service, from one file and `SALLYPORT_*` variables through one schema. */
export { ConfigError, loadSettings, readSecret } from './load.js';
export { type ResolvedSettings, SETTINGS } from './settings.js';
