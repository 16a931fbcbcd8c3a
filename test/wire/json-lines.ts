import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { type Answer, type Driver, fullMethod, type Json, type Question, refusalOf } from './driver.js';

/** A client of another language as one long-lived child: a question is a line to it, an answer a line from it. */
export function jsonLines(name: string, program: string, args: readonly string[]): Driver {
  const child = spawn(program, args);
  const complaints = text(child.stderr);
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (question: Question): Promise<Answer> => {
    child.stdin.write(`${lineOf(question)}\n`);
    const { value, done } = await answers.next();
    if (done) throw new Error(`${name} ended: ${await complaints}`);
    return answerOf(JSON.parse(value));
  };
  const close = (): Promise<void> => {
    child.stdin.end();
    return ended;
  };
  return { name, ask, close };
}

function lineOf({ method, request, session, componentKey }: Question): string {
  const [, service = '', name = ''] = /^(.*)\/(.*)$/.exec(fullMethod(method)) ?? [];
  const metadata = {
    ...(session === undefined ? {} : { authorization: `Bearer ${session}` }),
    ...(componentKey === undefined ? {} : { 'sallyport-component-key': componentKey }),
  };
  return JSON.stringify({ service, method: name, request: withMaskAsText(request), metadata });
}

// Proto JSON proper writes a mask as text, `mfaSwitch,issuer`; questions hold `{ paths: ['mfa_switch', 'issuer'] }`.
function withMaskAsText(request: Json): Json {
  if (request.updateMask === undefined) return request;
  const camel = (path: string): string => path.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  return { ...request, updateMask: request.updateMask.paths.map(camel).join(',') };
}

const answerOf = (line: Json): Answer =>
  line.ok
    ? { ok: true, response: line.response }
    : { ok: false, refusal: refusalOf(line.code, line.message, line.details ?? []) };
