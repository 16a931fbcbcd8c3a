import type { DoctorOptions, WeakPoint } from '../../cli/offline.js';
import type { Outside } from '../../service/outside.js';
import { onHost } from '../host.js';
import { gatherFacts } from './gather-facts.js';
import { weakPoints } from './weak-points.js';

/** Names each weak point of an installation, worst first. Notes beforehand that the key file was backed up, where told so. */
export const doctor = ({ configFile, keyBackupMade }: DoctorOptions, outside: Outside): Promise<readonly WeakPoint[]> =>
  onHost(
    configFile,
    outside,
    async (host) => {
      if (keyBackupMade)
        await host.storage.unitOfWork(({ installation }) => installation.noteKeyBackup(outside.clock()));
      return weakPoints(await gatherFacts(host));
    },
    { withAllKeys: false },
  );
