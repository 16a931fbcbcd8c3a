/** A process that serves a file until it is killed: takes the lock on argv[2] and says so. */
import { lockFile } from '../../src/persistence/file-lock.js';

lockFile(process.argv[2] ?? '');
process.stdout.write('locked\n');
setInterval(() => undefined, 60_000);
