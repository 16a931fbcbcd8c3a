import { type Connection, callHeaders, type Reply } from '../bench/load/connection.js';
import { VerifyOtpRequest, VerifyOtpResponse } from '../generated/sallyport/auth/v1/auth_service.js';

const HEADERS = callHeaders('/sallyport.auth.v1.AuthService/VerifyOtp');

/** One VerifyOtp as component `local`, over a bare connection. */
export const submitCode = (connection: Connection, signInToken: string, code: string): Promise<Reply> =>
  new Promise((done) => {
    const request = VerifyOtpRequest.encode({ signInToken, code, factorId: '' }).finish();
    connection.call(HEADERS, Buffer.from(request), done);
  });

/** Whether the reply opened a session. */
export function opened({ status, message }: Reply): boolean {
  if (status !== 0) return false;
  const { step } = VerifyOtpResponse.decode(message);
  return step?.step?.$case === 'session';
}
