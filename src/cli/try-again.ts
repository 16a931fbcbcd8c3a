import { SallyportError } from '../client/index.js';
import { errorLine } from './error-line.js';
import { InputEnded } from './prompter.js';
import type { Talk } from './talk.js';

const slips = new Set(['INVALID_CODE', 'ENROLLMENT_CODE_INVALID', 'FIELDS_INVALID']);
const tries = 5;

/** Asks again after a slip of the fingers, some times. Any other refusal, and the last slip, is thrown. */
export async function tryAgain<Answer>(talk: Pick<Talk, 'say'>, attempt: () => Promise<Answer>): Promise<Answer> {
  let slip: SallyportError | undefined;
  for (let left = tries; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof InputEnded && slip) throw slip;
      if (left <= 1 || !(error instanceof SallyportError) || !slips.has(error.reason ?? '')) throw error;
      slip = error;
      talk.say(errorLine(error));
    }
  }
}
