import type { Thoroughness } from './options.js';
import type { Pair } from './report/row-of.js';
import type { Opened } from './scenario.js';

/** Both sides in every round, whichever comes first by lot: what the machine does to one it does to the other. */
export async function runRounds(
  { subject, reference, sameProcesses = false }: Opened,
  { rounds, rehearsed }: Pick<Thoroughness, 'rounds' | 'rehearsed'>,
  tell: (round: number) => void,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  // Once for nothing: code that runs for the first time is not yet compiled.
  if (rehearsed || sameProcesses) {
    await subject();
    await reference();
  }
  for (let round = 0; round < rounds; round++) {
    tell(round);
    if (Math.random() < 0.5) {
      const measured = await subject();
      pairs.push({ subject: measured, reference: await reference() });
    } else {
      const measured = await reference();
      pairs.push({ subject: await subject(), reference: measured });
    }
  }
  return pairs;
}
