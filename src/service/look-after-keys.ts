import type { Parts } from './open-parts.js';

/** Holds what the others hold, and frees old keys of their rows. Not ready while a key in use is not here. */
export function lookAfterKeys({ keepKeys, replaceOldKeys, log, settings }: Parts) {
  let missing: Awaited<ReturnType<typeof keepKeys>> = [];
  return {
    areHere: (): boolean => missing.length === 0,
    look: async (): Promise<void> => {
      missing = await keepKeys();
      if (missing.length > 0)
        log.error(
          { keys: missing },
          `keys are in use that are not in ${settings.key_file}: copy the key file from where it was changed`,
        );
      await replaceOldKeys();
    },
  };
}
