import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Binding, Envelope, Sealed } from '../domain/ports.js';
import { Refusal } from '../domain/refusal.js';
import type { WrappedDataKey } from '../domain/stores.js';
import type { KeyRing } from './key-ring.js';
import { joined } from './parts.js';

const NONCE = 12;
const TAG = 16;

/** A new data key under the current wrapping key. Only the wrapped form is ever stored. */
export function newDataKey(keys: KeyRing, id: string, now: number): WrappedDataKey {
  const wrapper = keys.current('wrap');
  const wrapped = encrypt(wrapper.secret, randomBytes(32), joined(['data-key', id, wrapper.id]));
  return { id, wrappingKeyId: wrapper.id, wrapped, createdAt: now };
}

/** Envelope encryption: AES-256-GCM under a data key, bound to table, row, owner and data key. The last data key seals. */
export function createEnvelope(keys: KeyRing, wrapped: readonly WrappedDataKey[]): Envelope {
  const dataKeys = new Map(wrapped.map((row) => [row.id, unwrap(keys, row)]));
  const newest = wrapped.at(-1)?.id;
  return {
    seal: (plain, table, binding) => {
      const key = newest === undefined ? undefined : dataKeys.get(newest);
      if (newest === undefined || !key) throw unavailable();
      return { dataKeyId: newest, box: encrypt(key, plain, aad(table, binding, newest)) };
    },
    open: (sealed, table, binding) =>
      openBox(dataKeys.get(sealed.dataKeyId), sealed, aad(table, binding, sealed.dataKeyId)),
  };
}

const aad = (table: string, { rowId, ownerId }: Binding, keyId: string): Buffer =>
  joined([table, rowId, ownerId, keyId]);

function unwrap(keys: KeyRing, { id, wrappingKeyId, wrapped }: WrappedDataKey): KeyObject {
  const wrapper = keys.byId('wrap', wrappingKeyId);
  if (!wrapper) throw new Error(`data key ${id} is wrapped by key ${wrappingKeyId}, which is not in the key file`);
  try {
    return createSecretKey(decrypt(wrapper.secret, wrapped, joined(['data-key', id, wrappingKeyId])));
  } catch {
    throw new Error(
      `data key ${id} does not open: database and key file do not belong together, or one was altered. Restore both.`,
    );
  }
}

// What does not open was moved, altered, or its key is gone: the door stays shut.
function openBox(key: KeyObject | undefined, { box }: Sealed, bound: Buffer): Uint8Array {
  if (!key) throw unavailable();
  try {
    return decrypt(key, box, bound);
  } catch {
    throw unavailable();
  }
}

const unavailable = (): Refusal => new Refusal('BACKEND_UNAVAILABLE', { retryAfter: 5000 });

function encrypt(key: KeyObject, plain: Uint8Array, bound: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(bound);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: KeyObject, box: Uint8Array, bound: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, NONCE), { authTagLength: TAG }).setAAD(bound);
  decipher.setAuthTag(box.subarray(-TAG));
  return Buffer.concat([decipher.update(box.subarray(NONCE, -TAG)), decipher.final()]);
}
