import { exitCodes } from './exit-code.js';

/** A "no" of the command line itself: its message says what to do, its `exitCode` what kind it is. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.usage) {
    super(message);
    this.exitCode = exitCode;
  }
}
