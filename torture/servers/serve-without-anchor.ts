/** Broken variant: nothing is remembered of the database, so whatever it says is believed. */
import { serveUnderTest } from '../../test/support/serve-under-test.js';
import { withoutAnchor } from '../faults/without-anchor.js';

await serveUnderTest({ keepAnchor: withoutAnchor });
