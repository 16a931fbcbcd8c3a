import { type Address, isLocal } from '../config/index.js';
import type { Door } from './incoming.js';

/**
 * What comes in here without a component key is `local`: always through a unix socket; through plaintext loopback only
 * while every listener is loopback or a socket, and the setting allows it. Never through TLS.
 */
export function doorOf(listener: Address, all: readonly Address[], tls: boolean, localOverTcp: boolean): Door {
  if (listener.kind === 'unix') return { kind: 'unix', local: true };
  if (tls) return { kind: 'tls', local: false };
  return { kind: 'plaintext', local: localOverTcp && isLocal(listener) && all.every(isLocal) };
}
