/** Sound, and compares its clock with the database's, as the product does. */
import { machine } from '../../src/service/outside.js';
import { serveUnderTest } from './serve-under-test.js';

await serveUnderTest({ referenceClock: machine({}).referenceClock });
