import type { ResolvedSettings } from '../config/index.js';

type Cost = Pick<ResolvedSettings, 'argon2_memory_kib' | 'argon2_iterations' | 'argon2_parallelism'>;

/** What a slow hash costs, as the settings say. */
export const hashParameters = ({ argon2_memory_kib, argon2_iterations, argon2_parallelism }: Cost) => ({
  memoryKib: argon2_memory_kib,
  iterations: argon2_iterations,
  parallelism: argon2_parallelism,
});
