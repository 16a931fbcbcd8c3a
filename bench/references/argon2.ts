/** A: Argon2id with as many threads as cores, and nothing around it. */
import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { answer, cpuMicros, question } from './answer.js';

const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const { warmUp, measure } = await question<{ warmUp: number; measure: number }>();
const phc = await hash('granite sparrow lantern', OPTIONS);
const begin = performance.now();
let from = begin;
let cpu = process.cpuUsage();
let done = 0;

async function work(): Promise<void> {
  while (performance.now() < begin + warmUp + measure) {
    if (!(await verify(phc, 'granite sparrow lantern'))) throw new Error('a right password is wrong');
    if (performance.now() >= begin + warmUp) count();
  }
}

// The first one that ends after the warm-up opens the window and is not counted.
function count(): void {
  if (from === begin) {
    from = performance.now();
    cpu = process.cpuUsage();
  } else done += 1;
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
answer({ value: (done * 1000) / (performance.now() - from), cpuMicros: cpuMicros(cpu) / done });
