import { execFileSync } from 'node:child_process';

/** A network of namespaces on this machine, each with a cable to one bridge. Asks for root. */
export interface Network {
  readonly hostOf: (index: number) => string;
  readonly inside: (index: number) => readonly string[];
  /** Pulls the cable, or puts it back. */
  readonly pull: (index: number) => void;
  readonly plug: (index: number) => void;
  readonly close: () => void;
}

const ip = (command: string): void => void execFileSync('ip', command.split(' '), { stdio: 'pipe' });

/** No cable leads out of it. */
export function openNetwork(count: number): Network {
  const id = `sp${process.pid}`;
  const hostOf = (index: number): string => `10.213.77.${index + 11}`;
  const all = Array.from({ length: count }, (_, index) => ({ name: `${id}n${index}`, cable: `${id}c${index}`, index }));
  const close = (): void => {
    for (const command of [...all.map(({ name }) => `netns del ${name}`), `link del ${id}b`])
      try {
        ip(command);
      } catch {
        // It was never made.
      }
  };
  try {
    ip(`link add ${id}b type bridge`);
    ip(`link set ${id}b up`);
    for (const { name, cable, index } of all) {
      ip(`netns add ${name}`);
      ip(`link add ${cable} type veth peer name eth0 netns ${name}`);
      ip(`link set ${cable} master ${id}b up`);
      ip(`-n ${name} addr add ${hostOf(index)}/24 dev eth0`);
      ip(`-n ${name} link set eth0 up`);
      ip(`-n ${name} link set lo up`);
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    hostOf,
    inside: (index) => ['ip', 'netns', 'exec', `${id}n${index}`],
    pull: (index) => ip(`link set ${id}c${index} down`),
    plug: (index) => ip(`link set ${id}c${index} up`),
    close,
  };
}
