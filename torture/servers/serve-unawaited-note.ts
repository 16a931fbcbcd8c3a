/** Broken variant: what does not decode is also noted, in a promise that nobody awaits. */
import { AuthServiceService } from '../../generated/sallyport/auth/v1/auth_service.js';
import { serveUnderTest } from '../../test/support/serve-under-test.js';

type Method = { requestDeserialize: (bytes: Buffer) => unknown };

for (const method of Object.values(AuthServiceService) as Method[]) {
  const decode = method.requestDeserialize;
  method.requestDeserialize = (bytes) => {
    try {
      return decode(bytes);
    } catch (error) {
      void note(error);
      throw error;
    }
  };
}

async function note(error: unknown): Promise<void> {
  throw new Error('there is no place for notes', { cause: error });
}

await serveUnderTest();
