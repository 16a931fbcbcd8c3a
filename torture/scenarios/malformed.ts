import { runMalformed } from '../malformed/run-malformed.js';
import type { Scenario } from '../scenario.js';

const behind = (name: string, door: string, tls: boolean, quick: number, full: number): Scenario => ({
  name,
  promise: `Bytes, frames, messages and values that nobody means well by, through ${door}, neither end the server nor open a session, and a good client is served meanwhile.`,
  unit: 'hostile input',
  trials: { quick, full },
  run: runMalformed({ tls }),
  broken: {
    wrong: 'What does not decode is also noted, in a promise that nobody awaits.',
    trials: { quick: 500, full: 1000 },
    run: runMalformed({ tls, entry: 'torture/servers/serve-unawaited-note.js' }),
  },
});

export const malformed = behind('malformed', 'plaintext', false, 3000, 800_000);
export const malformedTls = behind('malformed-tls', 'TLS', true, 600, 200_000);
