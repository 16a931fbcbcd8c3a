import { setTimeout as pause } from 'node:timers/promises';
import { startReference } from '../processes/ask.js';
import { startSallyport } from '../processes/sallyport.js';
import { residentMb } from '../processes/usage.js';
import type { Sample } from '../sample.js';
import type { Scenario } from '../scenario.js';

const MOST_MB = 140;

export const startToServing: Scenario = {
  name: 'start-to-serving',
  title: 'From the start of the process to serving',
  unit: 'ms',
  reference: 'the bare import of the same packages',
  target: { bound: 'at most', ratio: 1.6 },
  open: async (lab) => {
    const { home } = await lab.usual();
    return {
      subject: async () => {
        const server = await startSallyport(home);
        await server.stop();
        return { value: server.startTime };
      },
      reference: bareImport,
      close: async () => undefined,
    };
  },
};

async function bareImport(): Promise<Sample> {
  const start = performance.now();
  const importer = await startReference('bare-import', {});
  const value = performance.now() - start;
  await importer.stop();
  return { value };
}

export const idleMemory: Scenario = {
  name: 'idle-memory',
  title: 'Resident memory of an idle server',
  unit: 'MB',
  reference: `${MOST_MB} MB`,
  target: { bound: 'at most', ratio: 1 },
  open: async (lab) => {
    const { home } = await lab.usual();
    return {
      subject: async () => {
        const server = await startSallyport(home);
        await pause(lab.options.idle);
        const value = residentMb(server.pid);
        await server.stop();
        return { value };
      },
      reference: async () => ({ value: MOST_MB }),
      close: async () => undefined,
    };
  },
};
