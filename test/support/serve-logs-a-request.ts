/** Broken variant: one request is logged as it came. */
import { AuthServiceService } from '../../generated/sallyport/auth/v1/auth_service.js';
import { serveUnderTest } from './serve-under-test.js';

const method: { requestDeserialize: (bytes: Buffer) => unknown } = AuthServiceService.startSignIn;
const decode = method.requestDeserialize;
method.requestDeserialize = (bytes) => {
  const request = decode(bytes);
  console.log(JSON.stringify({ request }));
  return request;
};

await serveUnderTest();
