import { type RawAnswer, rawCall } from '../support/raw-call.js';
import { METHODS, pathOf, secretsIn } from './canary-requests.js';
import type { Place } from './canary-search.js';

export interface From {
  /** Of the server: its unix socket, or TCP. */
  readonly address: string;
  readonly session?: string;
  readonly componentKey?: string;
}

/** Makes calls and remembers every secret that was sent or answered, and everything that was said besides. */
export function createRecorder() {
  const secrets = new Map<string, string>();
  const covered = { done: new Set<string>(), refused: new Set<string>() };
  const said: string[] = [];
  const codes: string[] = [];

  async function send(name: string, bytes: Uint8Array, { address, session, componentKey }: From): Promise<RawAnswer> {
    const method = METHODS.get(name);
    if (!method) throw new Error(`no method ${name}`);
    const metadata = {
      ...(session === undefined ? {} : { authorization: [`Bearer ${session}`] }),
      ...(componentKey === undefined ? {} : { 'sallyport-component-key': [componentKey] }),
    };
    const answer = await rawCall({ address, path: pathOf(method), bytes, metadata });
    const { code, message, reason, trailer } = answer;
    codes.push(`${name} ${reason ?? code}`);
    said.push(message, ...Object.values(trailer.toJSON()).flatMap((values) => values.map(textOf)));
    const fate = code === 'OK' ? 'done' : 'refused';
    for (const found of secretsIn(method.input, bytes)) remember(fate, found);
    if (answer.bytes) for (const found of secretsIn(method.output, answer.bytes)) remember(fate, found);
    return answer;
  }

  function remember(fate: keyof typeof covered, [field, secret]: readonly [string, string]): void {
    covered[fate].add(field);
    secrets.set(secret, field);
  }

  return {
    send,
    remember: (what: string, secret: string): void => void secrets.set(secret, what),
    secrets,
    covered,
    /** What each call was answered: its method and the reason. */
    codes,
    /** Status messages and trailers. */
    places: (): Place[] => [['statuses and trailers', said.join('\n')]],
  };
}

export type Recorder = ReturnType<typeof createRecorder>;

// Binary trailers hold the details as bytes.
const textOf = (value: unknown): string => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value));
