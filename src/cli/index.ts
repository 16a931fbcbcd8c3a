/**
 * The command line, `sallyport`.
 *
 * Owns what people and scripts type: commands, questions, tables, JSON, the saved session and the exit codes. It is a
 * client like any other and knows no rule of the server; what runs without one (`serve`, `recover`, `keys`, …) is
 * handed in as functions.
 */
export { CommandError } from './command-error.js';
export type { Offline } from './offline.js';
export { run } from './run.js';
export type { Shell } from './shell.js';
