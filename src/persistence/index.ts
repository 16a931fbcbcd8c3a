/**
 * Persistence remembers. `unit-of-work.ts` is the only way to the database; entities say what is stored, stores how it is
 * asked, migrations how it came to be.
 */
export { openAnchorFile } from './anchor-file.js';
export { type CopyStep, copyDatabase } from './copy/copy-database.js';
export { type DatabaseAddress, parseDatabaseUrl } from './database-url.js';
export { createLastSeen, FLUSH_INTERVAL, type LastSeen } from './last-seen.js';
export { openStorage, type Storage, type StorageSettings } from './open-storage.js';
export { sweeper } from './sweeper.js';
