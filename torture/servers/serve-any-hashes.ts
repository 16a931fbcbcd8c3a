/** A server under test whose hashes cost what its surroundings say. */
import { serveUnderTest } from '../../test/support/serve-under-test.js';
import { anyHashes } from '../timing/any-hashes.js';

await serveUnderTest({ createHashQueue: anyHashes });
