/** Broken variant: the clock is compared with nothing but itself, and always believed. */
import { serve } from '../../src/app.js';
import { machine } from '../../src/service/outside.js';

const { elapsed: _, ...outside } = machine(process.env);
await serve({}, { ...outside, referenceClock: () => async () => Date.now() });
