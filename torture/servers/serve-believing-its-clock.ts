/** Broken variant: the clock is compared with nothing but itself, and always believed. */
import { machine, serve } from '../../src/app.js';

const { elapsed: _, ...outside } = machine(process.env);
await serve({}, { ...outside, referenceClock: () => async () => Date.now() });
