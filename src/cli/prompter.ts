import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandError } from './command-error.js';
import { exitCodes } from './exit-code.js';
import type { Shell } from './shell.js';

/** There is no more input to answer with. */
export class InputEnded extends CommandError {
  override readonly name = 'InputEnded';
}

/** Asks on stderr and reads a line of stdin, from a person or from a script alike. */
export interface Prompter {
  /** The answer to a question; a hidden one is not shown while it is typed. Throws InputEnded. */
  ask(question: string, hidden?: 'hidden'): Promise<string>;
  /** A line nobody is asked for. Throws InputEnded. */
  line(): Promise<string>;
  /** Lets go of stdin. */
  close(): void;
}

/** Touches stdin only when something is asked. */
export function createPrompter(shell: Shell): Prompter {
  let opened: Lines | undefined;
  const lines = () => {
    opened ??= openLines(shell);
    return opened;
  };
  return {
    ask: (question, hidden) => lines().ask(`${question}: `, hidden === 'hidden'),
    line: () => lines().next('a line of input'),
    close: () => opened?.close(),
  };
}

interface Lines {
  ask(question: string, hidden: boolean): Promise<string>;
  next(what: string): Promise<string>;
  close(): void;
}

function openLines({ stdin, stderr }: Shell): Lines {
  const interactive = stdin.isTTY === true;
  let muted = false;
  const screen = new Writable({
    write: (chunk, _encoding, done) => {
      if (!muted) stderr.write(chunk);
      done();
    },
  });
  // No history: the arrow keys must not bring a password back.
  const reader = createInterface({ input: stdin, output: screen, terminal: interactive, historySize: 0 });
  const queue = lineQueue(reader);
  let open = true;
  reader.once('close', () => {
    open = false;
  });
  // Of an input that somebody has read to its end, readline hears nothing more.
  if (stdin.readableEnded || stdin.destroyed) reader.close();

  const ask = async (question: string, hidden: boolean): Promise<string> => {
    // Lines may still be queued when the input has ended, and a closed reader refuses to prompt.
    if (interactive && open) {
      reader.setPrompt(question);
      reader.prompt();
    } else stderr.write(question);
    muted = hidden && interactive;
    try {
      return await queue(question.slice(0, -2));
    } finally {
      muted = false;
      if (hidden || !interactive) stderr.write('\n');
    }
  };
  return { ask, next: queue, close: () => reader.close() };
}

function lineQueue(reader: ReturnType<typeof createInterface>): (what: string) => Promise<string> {
  const lines: string[] = [];
  let end: ((what: string) => CommandError) | undefined;
  let wake = () => {};
  const finish = (error: (what: string) => CommandError) => {
    end ??= error;
    wake();
  };
  reader.on('line', (line) => {
    lines.push(line);
    wake();
  });
  reader.on('SIGINT', () => finish(() => new CommandError('Interrupted.', exitCodes.interrupted)));
  reader.on('close', () => finish((what) => new InputEnded(`The input ended where this was asked for: ${what}`)));
  return async (what) => {
    while (lines.length === 0) {
      if (end) throw end(what);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return lines.shift() ?? '';
  };
}
