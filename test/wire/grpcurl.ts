import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { type Answer, fullMethod, type OpenDriver, type Question, refusalOf, type Target } from './driver.js';

/** `grpcurl`, by reflection; secrets by standard input and the environment, never on its command line. */
export const grpcurl: OpenDriver = async (target) => ({
  name: 'grpcurl',
  ask: (question) => ask(target, question),
  close: async () => undefined,
});

async function ask({ address, ca }: Target, { method, request, session, componentKey }: Question): Promise<Answer> {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: grpcurl fills them in from its environment
  const headers = [
    ...(session === undefined ? [] : ['-H', 'authorization: Bearer ${SESSION}']),
    ...(componentKey === undefined ? [] : ['-H', 'sallyport-component-key: ${COMPONENT_KEY}']),
  ];
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above
  const tls = ca === undefined ? ['-plaintext'] : ['-cacert', ca, '-servername', 'localhost'];
  const args = [
    ...tls,
    '-expand-headers',
    '-format-error',
    '-emit-defaults',
    ...headers,
    '-d',
    '@',
    address,
    fullMethod(method),
  ];
  const child = spawn('grpcurl', args, {
    env: { PATH: process.env['PATH'], SESSION: session, COMPONENT_KEY: componentKey },
  });
  const closed = once(child, 'close');
  child.stdin.end(JSON.stringify(request));
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  if (code === 0) return { ok: true, response: JSON.parse(out) };
  if (!err.trimStart().startsWith('{')) throw new Error(`grpcurl: ${err}`);
  const status = JSON.parse(err);
  return {
    ok: false,
    refusal: refusalOf(CODES[status.code] ?? String(status.code), status.message, status.details ?? []),
  };
}

const CODES: Readonly<Record<number, string>> = {
  3: 'INVALID_ARGUMENT',
  5: 'NOT_FOUND',
  6: 'ALREADY_EXISTS',
  7: 'PERMISSION_DENIED',
  8: 'RESOURCE_EXHAUSTED',
  9: 'FAILED_PRECONDITION',
  10: 'ABORTED',
  12: 'UNIMPLEMENTED',
  13: 'INTERNAL',
  14: 'UNAVAILABLE',
  16: 'UNAUTHENTICATED',
};
