import type { Prompter } from '../prompter.js';

/** Asks for two codes that a token shows one after the other. */
export async function askTwoCodes(prompter: Prompter): Promise<{ firstCode: string; secondCode: string }> {
  const firstCode = await prompter.ask('A code of your token');
  return { firstCode, secondCode: await prompter.ask('The code it shows next') };
}
