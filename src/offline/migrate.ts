import type { OfflineOptions } from '../cli/offline.js';
import { loadSettings } from '../config/index.js';
import type { Outside } from '../service/outside.js';
import { storageSettings } from '../service/storage-settings.js';

/** Brings the schema up to date without serving. */
export async function migrate({ configFile }: OfflineOptions, outside: Outside): Promise<void> {
  const settings = loadSettings(outside.env, configFile);
  const storage = await outside.openStorage(storageSettings(settings, { as: 'serve', print: () => undefined }));
  await storage.close();
  process.stdout.write('The schema is up to date.\n');
}
