import { rmSync, writeFileSync } from 'node:fs';

/**
 * Makes a secret and writes it to a new file that only its owner can read. The file comes before the secret: one that
 * cannot be written down is one lost.
 */
export async function writeSecretTo<Made>(
  file: string | undefined,
  make: () => Promise<Made>,
  secretOf: (made: Made) => string,
): Promise<Made> {
  if (!file) return make();
  writeFileSync(file, '', { mode: 0o600, flag: 'wx' });
  try {
    const made = await make();
    writeFileSync(file, `${secretOf(made)}\n`);
    return made;
  } catch (error) {
    rmSync(file);
    throw error;
  }
}
