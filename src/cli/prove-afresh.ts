import { CommandError } from './command-error.js';
import { exitCodes } from './exit-code.js';
import type { Talk } from './talk.js';
import { tryAgain } from './try-again.js';

/** Proves oneself again in an open session, by one of these methods, and answers its new token. */
export async function proveAfresh(talk: Talk, methods: readonly string[]): Promise<string> {
  const byCode = methods.length === 0 || methods.includes('totp') || methods.includes('hotp');
  if (!byCode && !methods.includes('password')) {
    const message = 'This session cannot be proved afresh from here. Sign in again: sallyport login';
    throw new CommandError(message, exitCodes.precondition);
  }
  const { session } = await tryAgain(talk, async () => talk.auth.reauthenticate({ proof: await ask(talk, byCode) }));
  return session?.sessionToken ?? '';
}

async function ask({ prompter }: Talk, byCode: boolean) {
  if (byCode) return { $case: 'code', value: await prompter.ask('This needs a fresh proof. One-time code') } as const;
  return { $case: 'password', value: await prompter.ask('This needs a fresh proof. Password', 'hidden') } as const;
}
