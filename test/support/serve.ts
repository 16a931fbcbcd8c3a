/** A server under test: the product's own parts, with a clock that a test can move. */
import { serveUnderTest } from './serve-under-test.js';

await serveUnderTest();
