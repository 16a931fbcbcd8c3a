import { runAbuse } from '../malformed/run-abuse.js';
import type { Scenario } from '../scenario.js';

export const abuse: Scenario = {
  name: 'http2-abuse',
  promise:
    'During a rapid reset, floods of frames, slow headers and 5,000 idle connections, who comes anew is served within two seconds.',
  unit: 'call of a good client',
  trials: { quick: 70, full: 3500 },
  run: runAbuse({ connections: 5000 }),
  broken: {
    wrong: 'A listener takes a thousand connections and no more, and who came first keeps theirs.',
    trials: { quick: 2, full: 10 },
    run: runAbuse({
      connections: 1500,
      entry: 'torture/servers/serve-few-connections.js',
      names: ['idle connections'],
    }),
  },
};
