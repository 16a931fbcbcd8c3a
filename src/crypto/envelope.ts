import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import type { WrappedDataKey } from '../domain/key/wrapped-data-key.js';
import type { Binding, Envelope, Sealed } from '../domain/ports.js';
import { Refusal } from '../domain/refusal.js';
import type { Key, KeyRing } from './key-ring.js';
import { lengthPrefixed } from './length-prefixed.js';

const NONCE = 12;
const TAG = 16;

/** A new data key under this wrapping key, or the one in use. Only the wrapped form is ever stored. */
export const newDataKey = (keys: KeyRing, id: string, now: number, wrapper = keys.current('wrap')): WrappedDataKey =>
  wrapUnder(wrapper, { id, createdAt: now }, randomBytes(32));

const wrapUnder = (
  wrapper: Key,
  { id, createdAt }: Pick<WrappedDataKey, 'id' | 'createdAt'>,
  plain: Uint8Array,
): WrappedDataKey => {
  const wrapped = encrypt(wrapper.secret, plain, lengthPrefixed(['data-key', id, wrapper.id]));
  return { id, wrappingKeyId: wrapper.id, wrapped, createdAt };
};

/** The same data key under another wrapping key; what it sealed stays as it is. */
export const rewrapDataKey = (keys: KeyRing, row: WrappedDataKey, wrapper: Key): WrappedDataKey =>
  wrapUnder(wrapper, row, unwrap(keys, row).export());

/** The data keys of a process. */
export interface DataKeys {
  /** The one that seals. Throws BACKEND_UNAVAILABLE where there is none. */
  readonly current: () => { readonly id: string; readonly key: KeyObject };
  readonly byId: (id: string) => KeyObject | undefined;
}

/** Envelope encryption: AES-256-GCM under a data key, bound to table, row, owner and data key. */
export const envelopeOf = (dataKeys: DataKeys): Envelope => ({
  seal: (plain, table, binding) => {
    const { id, key } = dataKeys.current();
    return { dataKeyId: id, box: encrypt(key, plain, aad(table, binding, id)) };
  },
  open: (sealed, table, binding) =>
    openBox(dataKeys.byId(sealed.dataKeyId), sealed, aad(table, binding, sealed.dataKeyId)),
});

/** An envelope of these data keys; the last one seals. */
export function createEnvelope(keys: KeyRing, wrapped: readonly WrappedDataKey[]): Envelope {
  const opened = new Map(wrapped.map((row) => [row.id, unwrap(keys, row)]));
  const id = wrapped.at(-1)?.id ?? '';
  return envelopeOf({
    byId: (wanted) => opened.get(wanted),
    current: () => {
      const key = opened.get(id);
      if (!key) throw unavailable();
      return { id, key };
    },
  });
}

const aad = (table: string, { rowId, ownerId }: Binding, keyId: string): Buffer =>
  lengthPrefixed([table, rowId, ownerId, keyId]);

/** Opens a data key. Throws where its wrapping key is not in the file, or it was altered. */
export function unwrap(keys: KeyRing, { id, wrappingKeyId, wrapped }: WrappedDataKey): KeyObject {
  const wrapper = keys.byId('wrap', wrappingKeyId);
  if (!wrapper) throw new Error(`data key ${id} is wrapped by key ${wrappingKeyId}, which is not in the key file`);
  try {
    return createSecretKey(decrypt(wrapper.secret, wrapped, lengthPrefixed(['data-key', id, wrappingKeyId])));
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

/** Keys that are not here: the door stays shut. */
export const unavailable = (): Refusal => new Refusal('BACKEND_UNAVAILABLE', { retryAfter: 5000 });

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
