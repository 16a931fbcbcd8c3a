/** The gRPC door: it listens, proves who calls, converts, and asks one operation of the domain a method. */
export { readDescriptors } from './descriptors.js';
export {
  type CallRecord,
  callerInterceptor,
  errorsInterceptor,
  lockoutInterceptor,
  requestInterceptor,
} from './interceptors/index.js';
export { createPageTokens } from './page-token.js';
export { type RunningServer, startServer } from './server.js';
export { type Certificates, certificateEnd, readCertificates } from './tls.js';
