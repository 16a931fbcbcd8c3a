import { Metadata } from '@grpc/grpc-js';
import { SallyportError } from './sallyport-error.js';

/** What proves a call: the component's key and the session. */
export interface Proofs {
  componentKey?: string | undefined;
  session?: string | undefined;
}

/** Puts the proofs where the server looks for them. */
export function callMetadata({ componentKey, session }: Proofs): Metadata {
  const metadata = new Metadata();
  if (componentKey) metadata.set('sallyport-component-key', whole('component key', componentKey));
  if (session) metadata.set('authorization', `Bearer ${whole('session token', session)}`);
  return metadata;
}

// grpc-js would quote an unfit value in its error, and this one is secret.
function whole(what: string, value: string): string {
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new SallyportError({
    status: 'INVALID_ARGUMENT',
    reason: 'FIELDS_INVALID',
    message: `The ${what} holds a space, a line end or another character that cannot be in one.`,
  });
}
