import { execFile } from 'node:child_process';
import { connect } from 'node:http2';
import { promisify } from 'node:util';
import { Client } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  ServerReflectionRequest,
  ServerReflectionResponse,
} from '../../generated/grpc/reflection/v1/reflection.js';
import { ServerReflectionService as V1 } from '../../generated/grpc/reflection/v1/reflection.js';
import { ServerReflectionService as V1Alpha } from '../../generated/grpc/reflection/v1alpha/reflection.js';
import { requireTools } from '../support/foreign.js';
import { descriptors, type OpenDoor, openDoor, plaintext } from './door.js';

const run = promisify(execFile);
let door: OpenDoor;
beforeAll(async () => {
  door = await openDoor({ localOverTcp: false });
});
afterAll(() => door.close());

type Question = NonNullable<ServerReflectionRequest['messageRequest']>;
const streamOf = (definition: typeof V1 | typeof V1Alpha, client: Client) => {
  const { path, requestSerialize, responseDeserialize } =
    definition.serverReflectionInfo as (typeof V1)['serverReflectionInfo'];
  return client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
};

/** One question, one answer. */
async function reflect(question: Question, definition: typeof V1 | typeof V1Alpha = V1, address = door.address) {
  const client = new Client(address, plaintext);
  const stream = streamOf(definition, client);
  try {
    return await new Promise<ServerReflectionResponse['messageResponse']>((done, fail) => {
      stream.on('data', ({ messageResponse }: ServerReflectionResponse) => done(messageResponse));
      stream.on('error', fail);
      stream.write({ host: '', messageRequest: question });
    });
  } finally {
    stream.cancel();
    client.close();
  }
}

const fileNames = [
  'sallyport/admin/v1/admin_service.proto',
  'google/rpc/error_details.proto',
  'grpc/health/v1/health.proto',
];

describe.each([
  ['v1', V1],
  ['v1alpha', V1Alpha],
])('reflection %s', (version, definition) => {
  test('lists the services', async () => {
    const answer = await reflect({ $case: 'listServices', value: '' }, definition);
    const names = answer?.$case === 'listServicesResponse' ? answer.value.service.map(({ name }) => name) : [];
    expect(names).toEqual(
      expect.arrayContaining([
        'sallyport.auth.v1.AuthService',
        'sallyport.admin.v1.AdminService',
        'grpc.health.v1.Health',
      ]),
    );
  });

  test('shows `buf curl` every method', async () => {
    const args = [
      'curl',
      '--protocol',
      'grpc',
      '--http2-prior-knowledge',
      '--reflect-protocol',
      `grpc-${version}`,
      '--list-methods',
    ];
    const { stdout } = await run('node_modules/.bin/buf', [...args, `http://${door.address}`]);
    const ours = stdout.split('\n').filter((line) => line.startsWith('sallyport.'));
    expect(ours.sort()).toEqual(descriptors.methods.map(({ path }) => path.slice(1)).sort());
  });
});

describe('a file', () => {
  test.each(fileNames)('%s comes byte for byte as buf compiled it, first of all it needs', async (name) => {
    const answer = await reflect({ $case: 'fileByFilename', value: name });
    const files = answer?.$case === 'fileDescriptorResponse' ? answer.value.fileDescriptorProto : [];
    const known = new Map(
      [...descriptors.files].map(([each, { bytes }]) => [Buffer.from(bytes).toString('base64'), each]),
    );
    const names = files.map((bytes) => known.get(bytes.toString('base64')));
    expect(names[0]).toBe(name);
    expect(names).not.toContain(undefined);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(descriptors.files.get(name)?.proto.dependency ?? []));
  });

  test.each([
    'google.rpc.ErrorInfo',
    'google.rpc.BadRequest.FieldViolation',
    'sallyport.auth.v1.AuthService.VerifyOtp',
    'sallyport.errors.v1.Reason',
  ])('is found by what it defines: %s', async (symbol) => {
    expect((await reflect({ $case: 'fileContainingSymbol', value: symbol }))?.$case).toBe('fileDescriptorResponse');
  });

  test('that is not there is NOT_FOUND, and the stream goes on', async () => {
    for (const question of [
      { $case: 'fileByFilename', value: '../../etc/passwd' },
      { $case: 'fileContainingSymbol', value: '__proto__' },
      {
        $case: 'fileContainingExtension',
        value: { containingType: 'google.protobuf.FieldOptions', extensionNumber: 1 },
      },
    ] as const)
      expect(await reflect(question)).toMatchObject({ $case: 'errorResponse', value: { errorCode: 5 } });
  });
});

test('a known message without extensions has an empty list of them, or grpcurl prints no details', async () => {
  const answer = await reflect({ $case: 'allExtensionNumbersOfType', value: 'google.rpc.ErrorInfo' });
  expect(answer).toEqual({
    $case: 'allExtensionNumbersResponse',
    value: { baseTypeName: 'google.rpc.ErrorInfo', extensionNumber: [] },
  });
});

describe.runIf(requireTools('grpcurl'))('grpcurl', () => {
  test('prints the details of a refusal decoded', async () => {
    const args = ['-plaintext', '-d', '{}', door.address, 'sallyport.auth.v1.AuthService/StartSignIn'];
    const { stderr } = await run('grpcurl', args).catch((error: { stderr: string }) => error);
    expect(stderr).toMatch(/"reason": ?"COMPONENT_REQUIRED"/);
  });
});

test('who asks and never reads is not listened to any more', async () => {
  // grpc-js reads on behind its caller's back; only a bare HTTP/2 client really leaves the answers lying.
  const session = connect(`http://${door.address}`).on('error', () => undefined);
  const headers = {
    ':method': 'POST',
    ':path': V1.serverReflectionInfo.path,
    'content-type': 'application/grpc',
    te: 'trailers',
  };
  const stream = session.request(headers).on('error', () => undefined);
  stream.pause();
  // An answer holds its question again: two thousand of them are four megabytes that nobody fetches.
  const message = V1.serverReflectionInfo.requestSerialize({
    host: '',
    messageRequest: { $case: 'fileByFilename', value: 'x'.repeat(2000) },
  });
  const frame = Buffer.concat([Buffer.alloc(5), message]);
  frame.writeUInt32BE(message.length, 1);
  let taken = 0;
  const pump = (): void => {
    stream.write(frame, (error) => {
      if (!error && ++taken < 2000) pump();
    });
  };
  pump();
  for (let turn = 0; turn < 100; turn++) await reflect({ $case: 'listServices', value: '' });
  session.destroy();
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(250);
});

test('a stop ends open streams and does not wait for them', async () => {
  const other = await openDoor();
  const client = new Client(other.address, plaintext);
  const stream = streamOf(V1, client);
  const code = new Promise<number>((done) =>
    stream.on('error', ({ code: told }: { code: number } & Error) => done(told)),
  );
  const answered = new Promise((done) => stream.once('data', done));
  stream.write({ host: '', messageRequest: { $case: 'listServices', value: '' } });
  await answered;
  const began = performance.now();
  await other.stop(10_000);
  expect(await code).toBe(14);
  expect(performance.now() - began).toBeLessThan(5000);
  client.close();
});

test('is not there where a setting turns it off', async () => {
  const closed = await openDoor({ reflection: false });
  await expect(reflect({ $case: 'listServices', value: '' }, V1, closed.address)).rejects.toMatchObject({ code: 12 });
  await closed.close();
});
