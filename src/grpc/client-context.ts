import type { ClientContext } from '../../generated/sallyport/auth/v1/session.js';
import type { Call } from '../domain/call.js';
import { LOCAL } from '../domain/component/built-in-components.js';
import type { Fields } from './fields.js';

/** Believed only from a component that proved itself; `local` brings no proof, so the socket's peer counts. The sign-in and the session remember it. */
export function withContext(fields: Fields, call: Call, context: ClientContext | undefined): Call {
  const address = fields.address('client_context.address', context?.address ?? '');
  const description = fields.text('client_context.description', context?.description ?? '', 200);
  if (call.component.id === LOCAL) return call;
  return { ...call, address: address === '' ? call.address : address, description };
}
