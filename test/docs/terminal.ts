import { spawn } from 'node:child_process';

/** A server as a person starts it, and what the person's terminal showed. */
export interface AtTerminal {
  readonly shown: string;
  readonly stop: () => Promise<void>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Starts a server in a terminal and waits until it serves. */
export async function serveAtTerminal(command: string, cwd: string, env: Env): Promise<AtTerminal> {
  const script = spawn('script', ['-qefc', `exec ${command}`, '/dev/null'], { cwd, env });
  const ended = new Promise<void>((resolve) => script.once('exit', () => resolve()));
  let shown = '';
  await new Promise<void>((serving, fail) => {
    script.stdout.on('data', (chunk) => {
      shown += String(chunk).replaceAll('\r', '');
      if (shown.includes('"serving"')) serving();
    });
    script.once('exit', () => fail(new Error(`the server ended:\n${shown}`)));
  });
  return {
    shown,
    stop: () => {
      script.kill('SIGTERM');
      return ended;
    },
  };
}

/** What is typed after a question, given everything that this command showed before it. */
export type Answers = (question: string, shown: string) => string | undefined;

/** Runs a command and answers its questions; a question is a beginning of a line that ends in `: `. */
export async function converse(command: string, cwd: string, env: Env, answers: Answers): Promise<string> {
  const bash = spawn('bash', ['-c', `exec 2>&1\n${command}`], { cwd, env });
  let shown = '';
  bash.stdout.on('data', (chunk) => {
    shown += chunk;
    const question = /^(.+): $/.exec(shown.slice(shown.lastIndexOf('\n') + 1))?.[1];
    const answer = question && answers(question, shown);
    if (answer) bash.stdin.write(`${answer}\n`);
  });
  await new Promise((resolve) => bash.once('close', resolve));
  return shown;
}
