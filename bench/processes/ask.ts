import { createInterface } from 'node:readline';
import type { Sample } from '../sample.js';
import { type NodeProcess, startNode } from './start-node.js';

/** Runs a reference that ends by itself: JSON in by stdin, one JSON line out. */
export async function runReference(entry: string, input: object): Promise<Sample> {
  const { answer } = ask<Sample>(entry, input);
  return answer;
}

/** Starts a reference that serves until it is stopped, and answers once it does. */
export async function startReference(entry: string, input: object): Promise<NodeProcess & { readonly port: number }> {
  const { child, answer } = ask<{ port: number }>(entry, input);
  return { ...child, ...(await answer) };
}

function ask<T>(entry: string, input: object): { child: NodeProcess; answer: Promise<T> } {
  // More threads than cores, as Sallyport has: what waits for a disk never waits for a hash.
  const child = startNode(`bench/references/${entry}.js`, [], { stdout: 'pipe', env: { UV_THREADPOOL_SIZE: '8' } });
  const { stdin, stdout } = child.process;
  if (!stdin || !stdout) throw new Error(`${entry} has no pipes`);
  const answer = new Promise<T>((resolve, reject) => {
    createInterface({ input: stdout }).once('line', (line) => resolve(JSON.parse(line) as T));
    // `close`, not `exit`: what a process that has ended last said may still be in the pipe.
    child.process.once('close', (code) => reject(new Error(`the reference ${entry} ended with ${code}`)));
  });
  stdin.end(JSON.stringify(input));
  return { child, answer };
}
