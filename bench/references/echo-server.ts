/** E: the same runtime and the same code generator, a text in and as many bytes out as the real reply has. Nothing else. */
import type { ServerUnaryCall, ServiceDefinition, sendUnaryData } from '@grpc/grpc-js';
import { Any } from '../../generated/google/protobuf/any.js';
import { question } from './answer.js';
import { ECHO } from './echo.js';
import { serve } from './serve.js';

const { replyBytes } = await question<{ replyBytes: number }>();
const reply = Any.fromPartial({ value: Buffer.alloc(replyBytes, 1) });

const definition: ServiceDefinition = {
  echo: {
    path: ECHO,
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: Any) => Buffer.from(Any.encode(value).finish()),
    requestDeserialize: (bytes: Buffer) => Any.decode(bytes),
    responseSerialize: (value: Any) => Buffer.from(Any.encode(value).finish()),
    responseDeserialize: (bytes: Buffer) => Any.decode(bytes),
  },
};

serve(definition, {
  echo: ({ request }: ServerUnaryCall<Any, Any>, callback: sendUnaryData<Any>) =>
    request.typeUrl === '' ? callback(new Error('nothing to echo')) : callback(null, reply),
});
