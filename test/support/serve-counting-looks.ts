/** Sound, and prints a line for each enrolment code it looks at. */
import { countingLooks } from './counting-looks.js';
import { serveUnderTest } from './serve-under-test.js';

await serveUnderTest({ createHashQueue: countingLooks });
